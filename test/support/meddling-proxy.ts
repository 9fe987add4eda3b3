/** Stands between a client and a server on loopback, and does to single requests what networks do. */
import { once } from "node:events";
import { createServer, request } from "node:http";
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";

/**
 * What becomes of a request: it passes, perhaps to another path; it waits for ever; it is cut in mid-reply;
 * it is done, and its answer is lost.
 */
export type Fate =
  | { pass: string }
  | { answer: number; headers?: Record<string, string>; body?: string }
  | "hang"
  | "cut"
  | "drop";

export interface Proxy {
  url: string;
  /** `POST /path` of all requests so far, queries included. */
  seen: string[];
  /** Decides about each request; nothing is done to it where this is null. */
  decide: ((asked: string, headers?: IncomingHttpHeaders) => Fate | null) | null;
  close: () => Promise<void>;
}

/** Of a reply that is cut: so many bytes come through. */
const CUT_BYTES = 2000;

export async function openProxy(to: string): Promise<Proxy> {
  const server = createServer((incoming, outgoing) => {
    const asked = `${incoming.method} ${incoming.url}`;
    proxy.seen.push(asked);
    const fate = proxy.decide?.(asked, incoming.headers) ?? null;
    if (fate === "hang") {
      return;
    }
    if (fate !== null && typeof fate === "object" && "answer" in fate) {
      const { answer, headers, body = '{"error":{"message":"Not now."}}' } = fate;
      outgoing.writeHead(answer, headers).end(body);
      return;
    }
    const path = fate !== null && typeof fate === "object" ? fate.pass : (incoming.url ?? "");
    pass(incoming, outgoing, {
      target: new URL(path, to),
      isCut: fate === "cut",
      isDropped: fate === "drop",
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const proxy: Proxy = {
    url: `http://127.0.0.1:${address !== null && typeof address === "object" ? address.port : 0}`,
    seen: [],
    decide: null,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return proxy;
}

function pass(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { target, isCut, isDropped }: { target: URL; isCut: boolean; isDropped: boolean },
): void {
  const { host: _host, ...headers } = incoming.headers;
  const onward = request(target.href, { method: incoming.method, headers }, (reply) => {
    if (isDropped) {
      reply.resume().once("end", () => outgoing.destroy());
      return;
    }
    outgoing.writeHead(reply.statusCode ?? 502, reply.headers);
    if (!isCut) {
      reply.pipe(outgoing);
      return;
    }
    reply.once("data", (chunk: Buffer) => {
      outgoing.write(chunk.subarray(0, CUT_BYTES), () => outgoing.destroy());
      reply.destroy();
    });
  });
  onward.on("error", () => outgoing.destroy());
  incoming.pipe(onward);
}
