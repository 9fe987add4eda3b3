/**
 * Errors as servers word them: OpenAI's object, a text, FastAPI's `detail`, Google's array, a code
 * beside a message … Read for the words, the status they stand for and whether a repeat can help.
 */
import { isJsonObject } from "../../../domain/json";
import { asRecord, looseJson, written } from "./loose-json";

export interface WireError {
  /** The server's own words; empty where it has none. */
  message: string;
  /** From 400 to 599, where the error names or means one. */
  status: number | null;
  /** Whether a repeat can help, where the error says more of it than its status; else null. */
  canPass: boolean | null;
  /** Pause that the error itself asks for (Google's `RetryInfo`). */
  retryAfterMs: number | null;
}

/** How many errors inside each other's messages are unpacked: gateways wrap those of gateways. */
const MAX_WRAPS = 5;

/** The error that a chunk or a whole answer is; null where it is none. */
export function findError(value: Record<string, unknown>): WireError | null {
  if (isSet(value["error"])) {
    return readError(value);
  }
  // MiniMax's, beside whatever else an answer holds; 0 is success.
  const answersOtherwise = asRecord(value["base_resp"])?.["status_code"];
  if (typeof answersOtherwise === "number" && answersOtherwise !== 0) {
    return readError(value["base_resp"]);
  }
  return !Array.isArray(value["choices"]) && isBareError(value) ? readError(value) : null;
}

/** An error without `error` around it. */
function isBareError(value: Record<string, unknown>): boolean {
  return (
    value["object"] === "error" ||
    value["type"] === "error" ||
    value["success"] === false ||
    isSet(value["detail"]) ||
    isSet(value["errors"]) ||
    (typeof value["message"] === "string" && namesError(value))
  );
}

/** The same of what is known to be an error: the body of a 4xx, an event named so. */
export function readError(value: unknown): WireError {
  const said = typeof value === "string" ? fromText(value) : value;
  const layers = layersOf(said);
  const codes = layers.flatMap(codesOf);
  const names = codes
    .filter((code) => typeof code === "string")
    .join(" ")
    .toLowerCase();
  return {
    message: wordsOf(said),
    status: codes.map(asStatus).find((status) => status !== null) ?? meantBy(names),
    canPass: passes(names),
    retryAfterMs: layers.map(retryDelayOf).find((delay) => delay !== null) ?? null,
  };
}

/** Of a body: JSON, or a page's title, or the text itself. */
function fromText(text: string): unknown {
  const value = looseJson(text);
  if (value !== undefined) {
    return value;
  }
  return text.trimStart().startsWith("<")
    ? (/<title>([^<]*)<\/title>/i.exec(text)?.[1]?.trim() ?? "")
    : text.trim();
}

/** The error's object and those inside it, the innermost first. */
function layersOf(value: unknown, depth = 0): Record<string, unknown>[] {
  const layer = asRecord(Array.isArray(value) ? value[0] : value);
  if (layer === null || depth === MAX_WRAPS) {
    return [];
  }
  return [...INNER.flatMap((key) => layersOf(unpacked(layer[key]), depth + 1)), layer];
}

const INNER = ["error", "errors", "message", "metadata", "raw", "detail"];

/** A message that is an error's JSON, as gateways pass it on. */
function unpacked(value: unknown): unknown {
  return typeof value === "string" && value.trimStart().startsWith("{")
    ? (looseJson(value) ?? value)
    : value;
}

const CODES = ["status", "statusCode", "status_code", "http_status", "code", "type"];

function codesOf(layer: Record<string, unknown>): (string | number)[] {
  return CODES.map((key) => layer[key]).filter(
    (code) => typeof code === "string" || typeof code === "number",
  );
}

function asStatus(code: string | number): number | null {
  const status = Number(code);
  return Number.isInteger(status) && status >= 400 && status <= 599 ? status : null;
}

/** By the codes and types of OpenAI, Anthropic, Google, vLLM and those who name theirs alike. */
const MEANINGS: readonly (readonly [RegExp, number])[] = [
  [/rate_?limit|too_?many|resource_exhausted|throttl|insufficient_quota/, 429],
  [/overloaded|unavailable/, 503],
  [/authentication|invalid_api_key|unauthori[sz]ed|unauthenticated/, 401],
  [/permission|forbidden/, 403],
  [/not_?found/, 404],
  [/time_?d?_?out|deadline/, 504],
  [/invalid|bad_?request|context_length|context_size|content_(filter|policy)|validation/, 400],
  [/server_?error|internal|api_error/, 500],
];

function meantBy(names: string): number | null {
  return MEANINGS.find(([pattern]) => pattern.test(names))?.[1] ?? null;
}

/** Groq calls its model's broken call a fault of the request; the next one may be good. */
function passes(names: string): boolean | null {
  if (/tool_use_failed|output_parse_failed/.test(names)) {
    return true;
  }
  return /insufficient_quota|billing|context_length|context_size|content_(filter|policy)/.test(
    names,
  )
    ? false
    : null;
}

const MESSAGE_KEYS = [
  "error",
  "message",
  "detail",
  "errors",
  "msg",
  "error_msg",
  "status_msg",
  "title",
];

function wordsOf(value: unknown, depth = 0): string {
  if (typeof value === "string") {
    const inner = unpacked(value);
    return typeof inner === "string" ? inner : wordsOf(inner, depth + 1) || value;
  }
  if (depth > MAX_WRAPS) {
    return "";
  }
  if (Array.isArray(value)) {
    return joined(
      "; ",
      value.slice(0, MAX_WRAPS).map((item) => wordsOf(item, depth + 1)),
    );
  }
  return isJsonObject(value) ? wordsOfObject(value, depth) : "";
}

function wordsOfObject(value: Record<string, unknown>, depth: number): string {
  const own = MESSAGE_KEYS.map((key) => wordsOf(value[key], depth + 1)).find(
    (words) => words !== "",
  );
  // FastAPI says where in the request it is; OpenRouter's own words only that somebody failed.
  const place = Array.isArray(value["loc"]) ? value["loc"].join(".") : "";
  const upstream = wordsOf(asRecord(value["metadata"])?.["raw"], depth + 1);
  const said = joined(": ", [own ?? "", upstream]);
  if (said === "") {
    return depth === 0 ? written(value) : codesOf(value).join(" ");
  }
  return joined(": ", [place, said]);
}

function joined(separator: string, words: readonly string[]): string {
  return words.filter((word) => word !== "").join(separator);
}

function retryDelayOf(layer: Record<string, unknown>): number | null {
  const details = Array.isArray(layer["details"]) ? layer["details"] : [];
  const delay = details.map((detail) => asRecord(detail)?.["retryDelay"]).find(isSet);
  const seconds = typeof delay === "string" ? /^(\d+(?:\.\d+)?)s$/.exec(delay)?.[1] : undefined;
  return seconds === undefined ? null : Number(seconds) * 1000;
}

/** A message alone may be a notice, e.g. of a place in a queue. */
function namesError({ code, type }: Record<string, unknown>): boolean {
  return isSet(code) || (typeof type === "string" && /error|exception/i.test(type));
}

/** Servers write a field that says nothing as null, false, "", [], {} or an object of such. */
export function isSet(value: unknown): boolean {
  if (Array.isArray(value)) {
    return value.length > 0;
  }
  return isJsonObject(value) ? Object.values(value).some(Boolean) : Boolean(value);
}
