/** The outside world: counts what runs did to it, each time under the key that they sent. */
import { once } from "node:events";
import { createServer } from "node:http";

import type { Random } from "./random.ts";

interface Effect {
  key: string;
  serial: number;
  /** `performance.now()`. */
  at: number;
}

const MAX_DELAY_MS = 200;

export async function openLedger(random: Random) {
  const effects: Effect[] = [];
  const server = createServer((request, response) => {
    const serial = effects.length + 1;
    const key = String(request.headers["idempotency-key"]);
    effects.push({ key, serial, at: performance.now() });
    response.setHeader("Content-Type", "application/json");
    const answer = () => response.end(JSON.stringify({ serial }));
    setTimeout(answer, random.between(0, MAX_DELAY_MS));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") {
    throw new Error("A TCP server on loopback has an address with a port.");
  }
  return {
    url: `http://127.0.0.1:${address.port}/`,
    of: (runId: string) => effects.filter(({ key }) => key.startsWith(`${runId}/`)),
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

export type EffectLedger = Awaited<ReturnType<typeof openLedger>>;
