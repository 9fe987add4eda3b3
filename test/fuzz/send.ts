/** Sends a request byte for byte: `fetch` would tidy up what is to arrive as it is. */
import { Agent, type IncomingMessage, request as httpRequest } from "node:http";

import type { FuzzRequest } from "./requests.ts";

export interface FuzzReply {
  status: number;
  contentType: string;
  requestId: string | undefined;
  /** Empty for a stream of events, of which nothing is read: it may have no end. */
  text: string;
}

/** Who asks to wait for a run or a chat may wait 55 s; nothing else takes so long, on the busiest machine. */
const PATIENCE_MS = 75_000;

/** Null where no whole reply came in time. */
export type Send = (request: FuzzRequest) => Promise<FuzzReply | null>;

export function sender(url: string, connections: number): { send: Send; close: () => void } {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  return {
    send: (request) => sendOnce(url, agent, request),
    close: () => agent.destroy(),
  };
}

function sendOnce(url: string, agent: Agent, request: FuzzRequest): Promise<FuzzReply | null> {
  const { promise, resolve, reject } = Promise.withResolvers<FuzzReply | null>();
  const { hostname, port } = new URL(url);
  const { method, target, headers, body } = request;
  const length = body === null ? {} : { "Content-Length": String(body.length) };
  const sent = httpRequest({
    hostname,
    port,
    agent,
    method,
    path: target,
    headers: { ...headers, ...length },
    timeout: PATIENCE_MS,
  });
  sent.on("response", (response) => {
    read(response).then(resolve, reject);
  });
  sent.on("timeout", () => {
    resolve(null);
    sent.destroy();
  });
  sent.on("error", reject);
  sent.end(body ?? undefined);
  return promise;
}

async function read(response: IncomingMessage): Promise<FuzzReply> {
  const contentType = response.headers["content-type"] ?? "";
  const requestId = response.headers["x-request-id"];
  const reply = {
    status: response.statusCode ?? 0,
    contentType,
    requestId: typeof requestId === "string" ? requestId : undefined,
  };
  if (contentType.startsWith("text/event-stream")) {
    response.destroy();
    return { ...reply, text: "" };
  }
  const chunks: Buffer[] = [];
  for await (const chunk of response) {
    chunks.push(Buffer.from(chunk));
  }
  return { ...reply, text: Buffer.concat(chunks).toString() };
}
