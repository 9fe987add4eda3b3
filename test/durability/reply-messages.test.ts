/** Replies that are messages of their own: there before the run waits, kept in part, taken back. */
import { describe, it } from "vitest";

import { call } from "../support/call";
import { makeProject } from "../support/project";
import { LiveStream } from "../support/run-events";
import { makeTool } from "../support/tool";

const threadId = "mine";
const ASK = [{ messages: [{ role: "user", content: "Where?" }] }];
const LOCATE = { name: "locate", parameters: { type: "object" }, client: true };

async function makeBench(offline: object, config: object = {}) {
  const project = await makeProject();
  const tool = await makeTool(project.id, [
    { name: "INPUT", type: "input" },
    {
      name: "ASSISTANT",
      type: "chat",
      config: { offline, history: {}, per_reply_messages: true, use_stream: true, ...config },
    },
    { name: "OUTPUT", type: "output" },
  ]);
  const path = `/api/sdk/p/${project.id}/a/${tool}/r`;
  return {
    key: project.key,
    path,
    post: (tail: string, json: object = {}) => call(path + tail, { key: project.key, json }),
    async messages(): Promise<{ id: string; role: string; content: string }[]> {
      const read = await call(`/api/sdk/threads/${threadId}/messages`, { key: project.key });
      return read.json.list;
    },
  };
}

type Bench = Awaited<ReturnType<typeof makeBench>>;

/** A run of which the reader has heard the first word. */
async function beginToSpeak(bench: Bench, body: object = {}): Promise<[string, LiveStream]> {
  const asked = { inputs: ASK, thread_id: threadId, blocking: false, ...body };
  const { json } = await bench.post("", asked);
  const live = await LiveStream.open(`${bench.path}/${json.run_id}/stream`, bench.key);
  await live.until((events) => events.some(({ type }) => type === "tokens"));
  return [json.run_id, live];
}

describe("a reply that is a message", () => {
  it("is on the thread once, under the id of its step, and the run adds none", async ({
    expect,
  }) => {
    const bench = await makeBench({ text: "one two" });
    const { json } = await bench.post("", { inputs: ASK, thread_id: threadId });
    expect(json.run.status.run).toBe("succeeded");
    const [answer, ...others] = await bench.messages();
    expect(others).toHaveLength(1);
    expect(answer).toMatchObject({ role: "assistant", content: "one two" });
    const steps = await call(`${bench.path}/${json.run.run_id}/steps`, bench);
    expect(steps.json.steps).toMatchObject([{ message_id: answer?.id, text: "one two" }]);
  });

  it("is followed by calls, and by another once the client has answered", async ({ expect }) => {
    const bench = await makeBench(
      { text: "There.", call_text: "One moment.", function_call: { name: "locate" } },
      { functions: [LOCATE] },
    );
    const { json } = await bench.post("", { inputs: ASK, thread_id: threadId });
    const waiting = await bench.messages();
    expect(waiting.map(({ content }) => content)).toEqual(["One moment.", "Where?"]);
    const [{ call_id: callId }] = json.run.required_action.calls;
    const path = `/${json.run.run_id}`;
    await bench.post(`${path}/submit`, { outputs: [{ call_id: callId, output: "Rome" }] });
    const live = await LiveStream.open(`${bench.path}${path}/stream`, bench.key);
    await live.until(() => false);
    expect((await bench.messages()).map(({ content }) => content)).toEqual([
      "There.",
      "One moment.",
      "Where?",
    ]);
  });

  it("keeps what was told where its run is cancelled", async ({ expect }) => {
    const bench = await makeBench({ text: "one two three four", delay_ms: 60 });
    const [runId, live] = await beginToSpeak(bench);
    await bench.post(`/${runId}/cancel`);
    await live.until(() => false);
    const [partial] = await bench.messages();
    expect("one two three four").toContain(partial?.content);
    const steps = await call(`${bench.path}/${runId}/steps`, bench);
    expect(steps.json.steps).toMatchObject([
      { status: "cancelled", message_id: partial?.id, text: partial?.content },
    ]);
  });

  it("keeps what was told where its run fails", async ({ expect }) => {
    const bench = await makeBench({ text: "one two three", break_after: 2 });
    const { json } = await bench.post("", { inputs: ASK, thread_id: threadId });
    expect(json.run.error.code).toBe("provider_connection_lost");
    expect((await bench.messages()).map(({ content }) => content)).toEqual(["one two", "Where?"]);
  });

  it("is withdrawn where its run is rolled back", async ({ expect }) => {
    const bench = await makeBench(
      { text: "There.", call_text: "One moment.", function_call: { name: "locate" } },
      { functions: [LOCATE] },
    );
    const waiting = await bench.post("", { inputs: ASK, thread_id: threadId });
    expect(waiting.json.run.status.run).toBe("requires_action");
    const config = { ASSISTANT: { offline: { text: "Again." } } };
    const body = { inputs: ASK, thread_id: threadId, config, on_conflict: "rollback" };
    await bench.post("", body);
    expect((await bench.messages()).map(({ content }) => content)).toEqual(["Again.", "Where?"]);
  });
});
