/**
 * Reads a JSON body as clients send it, and no more of it than the limit. A missing content type and
 * the `application/x-www-form-urlencoded` that curl sets by itself are taken for JSON: the published
 * samples send both.
 */
import { MAX_VALUES, ValueCount } from "../../../domain/count-values";
import { REQUEST } from "../../../limits";
import { ApiError, fail } from "../reply/fail";
import { type HeldBody, declaredBytes } from "./body-budget";
import { type BodyPatience, JSON_PATIENCE, bodyChunks } from "./body-watch";
import { joinContinuedLines } from "./json-text";
import { nestNames } from "./nest-names";

const FORM_TYPE = "application/x-www-form-urlencoded";
const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json$/;
const TAKEN_FOR_JSON = new Set(["", FORM_TYPE, "text/json"]);

interface BodyLimits {
  patience?: BodyPatience;
  maxBytes?: number | undefined;
}

/**
 * The parsed body; an empty one is `{}`.
 * @param held Takes what the body, its text and its values are in memory.
 */
export async function readJson(
  request: Request,
  held: HeldBody,
  limits: BodyLimits = {},
): Promise<unknown> {
  const text = await readText(request, held, limits);
  const type = mediaType(request);
  if (text.trim() !== "" && !JSON_TYPE.test(type) && !TAKEN_FOR_JSON.has(type)) {
    fail({ kind: "unsupported_media_type", expected: "application/json", got: type });
  }
  return parse(text);
}

/** As `readJson`, or the fields of a form, `a[b]=c` nested; by what the body looks like. */
export async function readJsonOrForm(request: Request, held: HeldBody): Promise<unknown> {
  if (mediaType(request) !== FORM_TYPE) {
    return readJson(request, held);
  }
  const text = await readText(request, held, {});
  return text.trim() === "" || text.trimStart().startsWith("{") ? parse(text) : readForm(text);
}

function readForm(text: string): unknown {
  refuseLongForm(text);
  const values = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(text)) {
    const earlier = values.get(name);
    if (earlier === undefined) {
      values.set(name, [value]);
    } else {
      earlier.push(value);
    }
  }
  const fields = [...values].map(([name, [first = "", ...rest]]) => {
    return [name, rest.length === 0 ? first : [first, ...rest]] as const;
  });
  return nestNames(Object.fromEntries(fields));
}

/** Each field is decoded for itself. */
function refuseLongForm(text: string): void {
  let fields = 1;
  for (let at = text.indexOf("&"); at >= 0; at = text.indexOf("&", at + 1)) {
    fields += 1;
    if (fields > REQUEST.jsonMaxNames) {
      const message = `must have at most ${REQUEST.jsonMaxNames} fields`;
      fail({ kind: "invalid", where: "body", issues: [{ path: [], message }] });
    }
  }
}

function mediaType(request: Request): string {
  return (request.headers.get("Content-Type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
}

/** The names of UTF-8, and of ASCII, which is a part of it. */
const UTF8_LABEL = /^(?:utf-?8|(?:us-)?ascii)$/i;

/** JSON is UTF-8 (RFC 8259); what is said to be in another encoding is not read as if it were. */
async function readText(request: Request, held: HeldBody, limits: BodyLimits): Promise<string> {
  const type = request.headers.get("Content-Type") ?? "";
  const charset = /;\s*charset\s*=\s*"?([^\s";]*)/i.exec(type)?.[1];
  if (charset !== undefined && !UTF8_LABEL.test(charset)) {
    fail({ kind: "unsupported_media_type", expected: "a body in UTF-8", got: type });
  }
  return readPieces(request, held, limits);
}

/** Decoded and counted as it comes: of a body as a whole each would be a stretch of its own. */
async function readPieces(
  request: Request,
  held: HeldBody,
  { patience = JSON_PATIENCE, maxBytes = REQUEST.jsonMaxBytes }: BodyLimits,
): Promise<string> {
  const hold = (bytes: number) => {
    if (bytes > maxBytes) {
      fail({ kind: "too_large", limitBytes: maxBytes, what: "JSON body" });
    }
    held.raise(REQUEST.jsonHeldTimes * bytes);
  };
  hold(declaredBytes(request) ?? 0);
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });
  const values = new ValueCount();
  const pieces: string[] = [];
  let length = 0;
  for await (const chunk of untilLost(bodyChunks(request.body, patience))) {
    length += chunk.byteLength;
    hold(length);
    if (values.add(chunk) > MAX_VALUES) {
      const message = `must have at most ${MAX_VALUES} values`;
      fail({ kind: "invalid", where: "body", issues: [{ path: [], message }] });
    }
    pieces.push(decodeUtf8(decoder, chunk));
  }
  pieces.push(decodeUtf8(decoder));
  return pieces.join("");
}

async function* untilLost(chunks: AsyncGenerator<Uint8Array, void>): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
  } catch (error) {
    if (error instanceof ApiError) {
      throw error;
    }
    fail({ kind: "malformed_body", reason: "The connection was lost before the body's end." });
  }
}

/** @param chunk None: the body is over. */
function decodeUtf8(decoder: TextDecoder, chunk?: Uint8Array): string {
  try {
    return decoder.decode(chunk, { stream: chunk !== undefined });
  } catch {
    return fail({ kind: "malformed_body", reason: "The body is not valid UTF-8." });
  }
}

/** Of a text that is mended letter by letter; the samples that want it are a tenth of that. */
const MENDED_MAX_CHARS = 64 * 1024;

function parse(text: string): unknown {
  try {
    return text.trim() === "" ? {} : JSON.parse(text);
  } catch {
    return parseMended(text.length > MENDED_MAX_CHARS ? text : joinContinuedLines(text));
  }
}

function parseMended(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const where = error instanceof Error ? `${error.message}.` : "";
    return fail({ kind: "malformed_body", reason: `The body is not JSON. ${where}` });
  }
}
