import { exports } from "cloudflare:workers";

export interface Call {
  method?: string;
  key?: string | undefined;
  /** Sent as JSON. */
  json?: unknown;
  body?: BodyInit;
  headers?: Record<string, string>;
}

export interface Reply {
  status: number;
  headers: Headers;
  text: string;
  /** The parsed body; null where it is no JSON. */
  // oxlint-disable-next-line typescript/no-explicit-any -- a test looks into whatever came
  json: any;
}

/** Calls the Worker as a client would; the method is POST where there is a body. */
export async function call(path: string, options: Call = {}): Promise<Reply> {
  const { key, json, headers = {} } = options;
  const given = json === undefined ? options.body : JSON.stringify(json);
  // As bytes: a string would bring a content type of its own.
  const body = typeof given === "string" ? new TextEncoder().encode(given) : given;
  const response = await exports.default.fetch(
    new Request(`https://bobbin.test${path}`, {
      method: options.method ?? (body === undefined ? "GET" : "POST"),
      headers: {
        ...(key === undefined ? {} : { Authorization: `Bearer ${key}` }),
        ...(json === undefined ? {} : { "Content-Type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
    }),
  );
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: parse(text) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
