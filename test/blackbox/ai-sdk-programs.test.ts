/**
 * Programs of the AI SDK with its own `Chat` and `DefaultChatTransport`, as its documents print them:
 * three majors against one built Worker.
 */
import { once } from "node:events";
import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { afterAll, beforeAll, describe } from "vitest";

import { Bench } from "../ai-sdk/programs/bench.ts";
import { SDKS } from "../ai-sdk/programs/majors.ts";
import { programsOfCalls } from "../ai-sdk/programs/programs-of-calls.ts";
import { programsOfTurns } from "../ai-sdk/programs/programs-of-turns.ts";
import { ownServer } from "../support/own-server.ts";

const server = ownServer({ ALLOW_LOOPBACK: "true" });
let web: Server;

beforeAll(async () => {
  web = createServer((_, response) => {
    response.setHeader("Content-Type", "text/plain").end("Oil fed the lamp of the lighthouse.");
  }).listen(0, "127.0.0.1");
  await once(web, "listening");
});

afterAll(() => void web.close());

describe.each(SDKS)("ai $major", (sdk) => {
  let bench: Bench;
  const open = () => bench;

  beforeAll(() => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on a port
    const { port } = web.address() as AddressInfo;
    bench = new Bench(sdk, server.url, `http://127.0.0.1:${port}`);
  });

  programsOfTurns(sdk, open);
  programsOfCalls(sdk, open);
});
