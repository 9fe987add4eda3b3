/**
 * How many connections an object has to providers at once, counted by a model on loopback. Locally the
 * runtime itself bounds nothing, so that what is counted is Bobbin's own bound.
 */
import { afterAll, beforeAll, describe, it } from "vitest";

import { DEMO } from "../../scripts/local/demo-project.ts";
import { OUTBOUND } from "../../src/limits/index.ts";
import { apiClient } from "../support/api-client.ts";
import type { ApiClient } from "../support/api-client.ts";
import type { LocalServer } from "../support/local-server.ts";
import type { Answer, OpenAiServer } from "../support/openai-server.ts";
import { startServerWithModel } from "../support/server-with-model.ts";
import type { ServerWithModel } from "../support/server-with-model.ts";

const START_WITHIN_MS = 90_000;
const ITERATIONS = 8;
const demoRuns = `/p/${DEMO.projectId}/a/${DEMO.toolId}/r`;

let model: OpenAiServer;
let bobbin: LocalServer;
let server: ServerWithModel;
let client: ApiClient;
let runs: string;

beforeAll(async () => {
  server = await startServerWithModel();
  ({ bobbin, model } = server);
  client = apiClient(bobbin.url);
  const asked = {
    name: "ASK",
    type: "model",
    spec: { prompt: "Say {{ EACH }}." },
    config: { provider_id: "openai-compatible", model_id: "test-model" },
  };
  const actions = [
    { name: "INPUT", type: "input" },
    {
      name: "EACH",
      type: "map",
      spec: { over: [1], repeat: ITERATIONS },
      config: { concurrency: ITERATIONS },
      actions: [asked],
    },
    { name: "OUTPUT", type: "output" },
  ];
  const { tool } = await json(`/p/${DEMO.projectId}/a`, { name: "asker", actions });
  runs = `/p/${DEMO.projectId}/a/${tool.id}/r`;
}, START_WITHIN_MS);

afterAll(() => server.stop());

// oxlint-disable-next-line typescript/no-explicit-any -- a test looks into whatever came
async function json(path: string, body: object): Promise<any> {
  return (await client.post(path, body)).json();
}

/** Has every request answered like this, and counts those that are open. */
function answering(answer: Answer): { open: number; most: number } {
  const count = { open: 0, most: 0 };
  model.otherwise = ({ abandoned }) => {
    count.open += 1;
    count.most = Math.max(count.most, count.open);
    void abandoned.then(() => (count.open -= 1));
    return answer;
  };
  return count;
}

describe("connections to providers", () => {
  it("are four at once in an object, while its other calls and runs go on", async ({ expect }) => {
    const gate = Promise.withResolvers<void>();
    const count = answering({ text: ["Well", "."], hold: { after: 1, until: gate.promise } });
    const thread = await json("/threads", {});
    const first = await json(runs, { thread_id: thread.id, blocking: false });
    await model.request(OUTBOUND.maxAtOnce);

    const { run_id: secondId } = await json(demoRuns, {
      thread_id: thread.id,
      inputs: [{ messages: [{ role: "user", content: "And now?" }] }],
      blocking: false,
    });
    expect(await client.messages(thread.id)).toMatchObject([{ content: "And now?" }]);
    expect(count).toEqual({ open: OUTBOUND.maxAtOnce, most: OUTBOUND.maxAtOnce });

    gate.resolve();
    await client.send(`${runs}/${first.run_id}/stream`).then((stream) => stream.text());
    const ended = await (await client.send(`${runs}/${first.run_id}`)).json();
    expect(ended).toMatchObject({ run: { status: { run: "succeeded" } } });
    expect(count).toEqual({ open: 0, most: OUTBOUND.maxAtOnce });
    expect(model.requests).toHaveLength(ITERATIONS);
    await client.followRun(secondId);
    expect(await client.getRun(secondId)).toMatchObject({ status: { run: "succeeded" } });
  });

  it("are all there again after runs that were stopped, refused and cut off", async ({
    expect,
  }) => {
    const thread = await json("/threads", {});
    const start = () => json(runs, { thread_id: thread.id, blocking: false });
    const asked = model.requests.length;
    answering("never");
    const hanging = await start();
    await model.request(asked + OUTBOUND.maxAtOnce);
    await client.post(`${runs}/${hanging.run_id}/cancel`, {});

    const bad: Answer[] = [
      { status: 400, message: "no" },
      { text: ["half", " an", " answer"], breakAfter: 2 },
      { text: ["half", " an", " answer"], stallAfter: 2 },
    ];
    for (const answer of bad) {
      answering(answer);
      const before = model.requests.length;
      const { run_id: runId } = await start();
      await model.request(before + OUTBOUND.maxAtOnce);
      await client.post(`${runs}/${runId}/cancel`, {});
    }

    const gate = Promise.withResolvers<void>();
    const count = answering({ text: ["Well."], hold: { after: 0, until: gate.promise } });
    const before = model.requests.length;
    const last = await start();
    await model.request(before + OUTBOUND.maxAtOnce);
    gate.resolve();
    await client.send(`${runs}/${last.run_id}/stream`).then((stream) => stream.text());
    expect(count).toEqual({ open: 0, most: OUTBOUND.maxAtOnce });
    expect(model.requests).toHaveLength(before + ITERATIONS);
  });
});
