/** The steps of a run: waiting, ended, cancelled, and when the journal is gone. */
import { env } from "cloudflare:workers";
import { describe, it } from "vitest";

import type { ActionDefinition } from "../../../src/domain/tool";
import { call } from "../../support/call";
import { makeProject } from "../../support/project";
import { LiveStream } from "../../support/run-events";
import { chatActions, clientActions, makeTool } from "../../support/tool";

async function makeBench(actions: readonly ActionDefinition[]) {
  const project = await makeProject();
  const path = `/api/sdk/p/${project.id}/a/${await makeTool(project.id, actions)}/r`;
  const post = (tail: string, json: object = {}) => call(path + tail, { key: project.key, json });
  const get = (tail: string) => call(path + tail, { key: project.key });
  return { ...project, path, post, get };
}

const threadId = "mine";
describe("the steps of a run", () => {
  it("are a reply's text, with the message that holds it", async ({ expect }) => {
    const bench = await makeBench(chatActions({ offline: { text: "Fine.", reasoning: "Hm." } }));
    const inputs = [{ messages: [{ role: "user", content: "How are you?" }] }];
    const { json } = await bench.post("", { inputs, thread_id: threadId, blocking: false });
    const live = await LiveStream.open(`${bench.path}/${json.run_id}/stream`, bench.key);
    await live.until(() => false);
    const { json: read } = await bench.get(`/${json.run_id}/steps`);
    const messages = await call(`/api/sdk/threads/${threadId}/messages`, bench);
    expect(read.steps).toEqual([
      {
        n: 1,
        type: "message",
        status: "completed",
        block_name: "MODEL_CALL",
        input_index: 0,
        map: null,
        reply: 1,
        started: expect.any(Number),
        ended: expect.any(Number),
        message_id: messages.json.list[0].id,
        text: "Fine.",
        reasoning: "Hm.",
        usage: { input_tokens: expect.any(Number), output_tokens: 1 },
        error: null,
      },
    ]);
  });

  it("are calls that wait for the client, and then what it gave", async ({ expect }) => {
    const bench = await makeBench(clientActions());
    const { json } = await bench.post("");
    const runId = json.run.run_id;
    const [{ call_id: callId }] = json.run.required_action.calls;
    const waiting = await bench.get(`/${runId}/steps`);
    expect(waiting.json.steps).toMatchObject([
      {
        n: 1,
        type: "calls",
        status: "running",
        calls: [{ call_id: callId, name: "look_up", answered_by: "client", output: null }],
        usage: { output_tokens: expect.any(Number) },
      },
    ]);
    await bench.post(`/${runId}/submit`, { outputs: [{ call_id: callId, output: "42" }] });
    const live = await LiveStream.open(`${bench.path}/${runId}/stream`, bench.key);
    await live.until(() => false);
    const ended = await bench.get(`/${runId}/steps`);
    expect(ended.json.steps).toMatchObject([
      { n: 1, type: "calls", status: "completed", calls: [{ call_id: callId, output: "42" }] },
      { n: 2, type: "message", status: "completed", reply: 2, message_id: null },
    ]);
    await env.THREAD.getByName(`${bench.id}/r/${runId}`).erase();
    expect((await bench.get(`/${runId}/steps`)).json).toEqual(ended.json);
  });

  it("keep what a cancelled run had told", async ({ expect }) => {
    const bench = await makeBench(
      chatActions({ offline: { text: "one two three", delay_ms: 40 } }),
    );
    const { json } = await bench.post("", { blocking: false, thread_id: threadId });
    const config = { MODEL_CALL: { use_stream: true } };
    await bench.post(`/${json.run_id}/cancel`);
    const started = await bench.post("", { blocking: false, thread_id: threadId, config });
    const runId = started.json.run_id;
    const live = await LiveStream.open(`${bench.path}/${runId}/stream`, bench.key);
    await live.until((events) => events.some(({ type }) => type === "tokens"));
    const atWork = await bench.get(`/${runId}/steps`);
    expect(atWork.json.steps).toMatchObject([{ n: 1, status: "running", usage: null }]);
    await bench.post(`/${runId}/cancel`);
    await live.until(() => false);
    const { json: read } = await bench.get(`/${runId}/steps`);
    const messages = await call(`/api/sdk/threads/${threadId}/messages`, bench);
    const [answer] = messages.json.list;
    expect(read.steps).toMatchObject([
      { n: 1, status: "cancelled", text: answer.content, message_id: answer.id, usage: null },
    ]);
  });

  it("are those of failed replies, too", async ({ expect }) => {
    const bench = await makeBench(chatActions({ offline: { text: "one two", break_after: 1 } }));
    const config = { MODEL_CALL: { use_stream: true } };
    const { json } = await bench.post("", { config });
    const { json: read } = await bench.get(`/${json.run.run_id}/steps`);
    expect(read.steps).toMatchObject([
      { n: 1, status: "failed", text: "one", error: { code: "provider_connection_lost" } },
    ]);
  });
});
