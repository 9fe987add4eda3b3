/** Calls of the API by the names that they have in its document, typed from it. */
import { BobbinError, readError } from "./api-error";
import type { Calls } from "./calls.gen";

export type CallName = keyof Calls;
export type Reply<Name extends CallName> = Calls[Name]["reply"];

/** Required where it has required fields. */
type Part<Key extends string, Fields> = object extends Fields
  ? { [K in Key]?: Fields }
  : { [K in Key]: Fields };

/** What a call takes: values of its path, its query, its JSON. */
export type Given<Name extends CallName> = Part<"path", Calls[Name]["path"]> &
  Part<"query", Calls[Name]["query"]> &
  Part<"body", Calls[Name]["body"]>;

/** Left out where the call needs nothing. */
export type Arguments<Name extends CallName> =
  object extends Given<Name>
    ? [given?: Given<Name>, options?: CallOptions]
    : [given: Given<Name>, options?: CallOptions];

export interface CallOptions {
  signal?: AbortSignal;
  headers?: Record<string, string>;
}

export interface ClientOptions {
  /** Where Bobbin is, e.g. `https://bobbin.example.workers.dev`. */
  url: string;
  /**
   * A key, or a session token; or what gets one from your backend: it is asked before the first call,
   * and again where the one it gave is not good any more.
   */
  credential: string | (() => string | Promise<string>);
  /** In place of the global one. */
  fetch?: typeof fetch;
}

interface Loose {
  path?: object;
  query?: object;
  body?: unknown;
}

const UNAUTHORIZED = 401;

export class Caller {
  readonly #options: ClientOptions;
  #credential: Promise<string> | null = null;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  /** @throws {BobbinError} For every answer that is no success, and where there is none. */
  async send(name: string, given: Loose = {}, options: CallOptions = {}): Promise<Response> {
    const used = this.#credentialNow();
    let response = await this.#send(name, given, options, await used);
    if (response.status === UNAUTHORIZED && typeof this.#options.credential === "function") {
      // Another call that was refused with it may have got a new one by now.
      if (this.#credential === used) {
        this.#credential = null;
      }
      await response.body?.cancel().catch(() => {});
      response = await this.#send(name, given, options, await this.#credentialNow());
    }
    if (!response.ok) {
      throw await readError(response);
    }
    return response;
  }

  async #send(
    name: string,
    { path = {}, query = {}, body }: Loose,
    { signal, headers = {} }: CallOptions,
    credential: string,
  ): Promise<Response> {
    const [method = "GET", template = ""] = name.split(" ");
    const url = `${this.#options.url.replace(/\/$/, "")}${addressOf(template, path, query)}`;
    const { contentType, ...content } = contentOf(body);
    const init: RequestInit = {
      method,
      headers: { Authorization: `Bearer ${credential}`, ...contentType, ...headers },
      ...content,
      ...(signal === undefined ? {} : { signal }),
    };
    const send = this.#options.fetch ?? fetch;
    return send(url, init).catch((error: unknown) => {
      signal?.throwIfAborted();
      throw new BobbinError(0, { message: `No answer from ${url}: ${causeOf(error)}` });
    });
  }

  #credentialNow(): Promise<string> {
    const { credential } = this.#options;
    if (typeof credential === "string") {
      return Promise.resolve(credential);
    }
    this.#credential ??= Promise.resolve(credential()).catch((error: unknown) => {
      this.#credential = null;
      throw error;
    });
    return this.#credential;
  }
}

/** JSON, or a form as it is. */
function contentOf(body: unknown): { body?: FormData | string; contentType?: object } {
  if (body === undefined) {
    return {};
  }
  return body instanceof FormData
    ? { body }
    : { body: JSON.stringify(body), contentType: { "Content-Type": "application/json" } };
}

function addressOf(template: string, path: object, query: object): string {
  const values = new Map<string, unknown>(Object.entries(path));
  const filled = template.replaceAll(/\{(\w+)\}/g, (_, field: string) =>
    encodeURIComponent(String(values.get(field))),
  );
  const asked = new URLSearchParams(Object.entries(query).flatMap(pairsOf)).toString();
  return asked === "" ? filled : `${filled}?${asked}`;
}

/** Nested ones as `metadata[name]=value`. */
function pairsOf([name, value]: [string, unknown]): string[][] {
  if (value === undefined || value === null) {
    return [];
  }
  return typeof value === "object"
    ? Object.entries(value).flatMap(([field, inner]) => pairsOf([`${name}[${field}]`, inner]))
    : [[name, typeof value === "string" ? value : JSON.stringify(value)]];
}

/** Of a connection that failed: Node's `fetch` says why beneath its own error. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && cause.message !== "" ? cause.message : String(error);
}
