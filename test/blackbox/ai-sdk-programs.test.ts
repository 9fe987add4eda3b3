/**
 * Programs of the AI SDK with its own `Chat` and `DefaultChatTransport`, as its documents print them:
 * three majors against one built Worker.
 */
import { beforeAll, describe } from "vitest";

import { Bench } from "../ai-sdk/programs/bench.ts";
import { SDKS } from "../ai-sdk/programs/majors.ts";
import { programsOfCalls } from "../ai-sdk/programs/programs-of-calls.ts";
import { programsOfTurns } from "../ai-sdk/programs/programs-of-turns.ts";
import { ownServer } from "../support/own-server.ts";

const server = ownServer();

describe.each(SDKS)("ai $major", (sdk) => {
  let bench: Bench;
  const open = () => bench;

  beforeAll(() => {
    bench = new Bench(sdk, server.url);
  });

  programsOfTurns(sdk, open);
  programsOfCalls(sdk, open);
});
