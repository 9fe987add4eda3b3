/** A receiver of webhooks on loopback: it checks every post with the specification's own library. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage } from "node:http";

import { Webhook } from "standardwebhooks";
import * as z from "zod";

export const Notice = z.object({
  type: z.string(),
  timestamp: z.iso.datetime(),
  data: z.object({ run: z.looseObject({ run_id: z.string() }) }),
});

export interface Received {
  /** Of the header `webhook-id`. */
  id: string;
  notice: z.output<typeof Notice>;
}

/** A status, or silence for ever. */
export type ReceiverAnswer = number | "never";

/** @param answers The next posts get these, one each; those after get 204. */
export async function startReceiver(answers: ReceiverAnswer[] = []) {
  const received: Received[] = [];
  const waiting = new Map<number, () => void>();
  let secret = "";
  const server = createServer((request, response) => {
    void read(request).then((body) => {
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      );
      const notice = Notice.parse(new Webhook(secret).verify(body, headers));
      received.push({ id: headers["webhook-id"] ?? "", notice });
      waiting.get(received.length)?.();
      const answer = answers.shift() ?? 204;
      return answer === "never" ? undefined : response.writeHead(answer, { Location: "/" }).end();
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") {
    throw new Error("A TCP server on loopback has an address with a port.");
  }
  return {
    url: `http://127.0.0.1:${address.port}/hook`,
    received,
    /** The secret that its posts must be signed with. */
    trust: (given: string) => {
      secret = given;
    },
    /** Resolves once so many posts have come. */
    posts: (count: number) =>
      new Promise<void>((resolve) => {
        if (received.length >= count) {
          resolve();
        } else {
          waiting.set(count, resolve);
        }
      }),
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks).toString("utf8");
}
