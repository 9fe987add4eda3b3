import { currentKey } from "../session/session.ts";
import { ApiError, readError } from "./api-error.ts";
/** Calls of the public API: each by the name it has in /openapi.json, and none beside those. */
import type { Calls } from "./calls.gen.ts";
import { asText } from "./json.ts";

export type CallName = keyof Calls;
export type Reply<Name extends CallName> = Calls[Name]["reply"];

type Loose<Fields> = { [Field in keyof Fields]: Fields[Field] | undefined };

/** Required where it has required fields, forbidden where it has none. */
type Part<Name extends string, Fields> = keyof Fields extends never
  ? { [Key in Name]?: undefined }
  : object extends Fields
    ? { [Key in Name]?: Loose<Fields> | undefined }
    : { [Key in Name]: Loose<Fields> };

export type Given<Name extends CallName> = Part<"path", Calls[Name]["path"]> &
  Part<"query", Calls[Name]["query"]> &
  Part<"body", Calls[Name]["body"]>;

interface Extra {
  signal?: AbortSignal | undefined;
  headers?: Record<string, string>;
  /** In the place of the user's own key, as a session token that is tried. */
  bearer?: string | undefined;
}

/**
 * @throws {ApiError} For every answer that is no success, and where there is none.
 */
export async function call<Name extends CallName>(
  name: Name,
  given: Given<Name>,
  extra: Extra = {},
): Promise<Reply<Name>> {
  const response = await send(name, given, extra);
  const reply: Reply<Name> = await response.json();
  return reply;
}

/** As `call`, for answers that are no JSON: the caller reads the body. */
export async function send<Name extends CallName>(
  name: Name,
  given: Given<Name>,
  { signal, headers = {}, bearer }: Extra = {},
): Promise<Response> {
  const method = name.slice(0, name.indexOf(" "));
  const form = given.body instanceof FormData ? given.body : undefined;
  const body = form ?? (given.body === undefined ? undefined : JSON.stringify(given.body));
  const response = await fetchOrFail(urlOf(name, given.path, given.query), {
    method,
    headers: {
      Authorization: `Bearer ${bearer ?? currentKey() ?? ""}`,
      ...(typeof body === "string" ? { "Content-Type": "application/json" } : {}),
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
    ...(signal === undefined ? {} : { signal }),
  });
  if (!response.ok) {
    throw await readError(response);
  }
  return response;
}

/** The address of a call, on this origin. */
export function urlOf(name: CallName, path: object = {}, query: object = {}): string {
  const values = new Map<string, unknown>(Object.entries(path));
  const filled = name
    .slice(name.indexOf(" ") + 1)
    .replaceAll(/\{(\w+)\}/g, (_, field: string) => encodeURIComponent(asText(values.get(field))));
  const asked = new URLSearchParams(Object.entries(query).flatMap(pairsOf)).toString();
  return asked === "" ? filled : `${filled}?${asked}`;
}

/** One level of nesting, as `metadata[name]=value`. */
function pairsOf([name, value]: [string, unknown]): string[][] {
  if (value === undefined || value === null || value === "") {
    return [];
  }
  return typeof value === "object"
    ? Object.entries(value).flatMap(([field, inner]) => pairsOf([`${name}[${field}]`, inner]))
    : [[name, asText(value)]];
}

async function fetchOrFail(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    if (init.signal?.aborted === true) {
      throw error;
    }
    throw new ApiError({ status: 0, type: "no_answer", message: String(error) });
  }
}
