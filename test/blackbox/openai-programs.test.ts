/**
 * Programs of OpenAI's SDKs as their guides print them, with the base address and the key changed and
 * nothing else: four majors against one built Worker, and a model on loopback.
 */
import { afterAll, beforeAll, describe } from "vitest";

import { Bench } from "../openai/bench.ts";
import { programsOfObjects } from "../openai/programs-of-objects.ts";
import { programsOfRuns } from "../openai/programs-of-runs.ts";
import { SDKS } from "../openai/sdks.ts";
import { answerByQuestion } from "../openai/weather-model.ts";
import { type ServerWithModel, startServerWithModel } from "../support/server-with-model.ts";

let server: ServerWithModel;

beforeAll(async () => {
  server = await startServerWithModel();
  server.model.otherwise = answerByQuestion;
});
afterAll(() => server.stop());

describe.each(SDKS)("openai $major", (sdk) => {
  let bench: Bench;
  const open = () => bench;

  beforeAll(async () => {
    bench = new Bench(sdk, server.bobbin.url);
    await bench.open();
  });

  programsOfRuns(sdk, open);
  programsOfObjects(sdk, open);
});
