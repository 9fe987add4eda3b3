/** What this dialect has beside OpenAI's: lists nobody had, versions, and what is refused at a busy thread. */
import { beforeAll, describe, it } from "vitest";

import { call } from "../support/call";
import { type TestProject, makeProject } from "../support/project";
import { mintToken } from "../support/tokens";

const V1 = "/openai/v1";

let project: TestProject;

beforeAll(async () => {
  project = await makeProject();
});

const post = (path: string, json: unknown, headers = {}) =>
  call(V1 + path, { key: project.key, json, headers });
const get = (path: string, key = project.key) => call(V1 + path, { key });
const assistant = async (fields: object = {}): Promise<string> =>
  (await post("/assistants", { model: "offline", ...fields })).json.id;
const thread = async (): Promise<string> => (await post("/threads", {})).json.id;

/** An assistant whose run waits for its client. */
async function waitingRun(threadId: string): Promise<{ id: string; assistantId: string }> {
  const tool = { type: "function", function: { name: "look_up" } };
  const assistantId = await assistant({ tools: [tool] });
  const bare = assistantId.replace("asst_", "");
  const shown = await call(`/api/sdk/p/${project.id}/a/${bare}/v/live`, project);
  const actions = shown.json.actions.map((action: { name: string; config?: object }) =>
    action.name === "ASSISTANT"
      ? { ...action, config: { ...action.config, offline: CALLS } }
      : action,
  );
  const deployed = { actions, live: true };
  await call(`/api/sdk/p/${project.id}/a/${bare}/v`, { key: project.key, json: deployed });
  const run = await post(`/threads/${threadId}/runs`, {
    assistant_id: assistantId,
    stream: true,
    additional_messages: [{ role: "user", content: "Look it up." }],
  });
  return { id: runIn(run), assistantId };
}
const runIn = ({ text }: { text: string }) => /"id":"(run_\w+)"/.exec(text)?.[1] ?? "";
const CALLS = { function_call: { name: "look_up", arguments: {} } };

const idsOf = (json: { data: { id: string }[] }) => json.data.map(({ id }) => id);

describe("an assistant", () => {
  it("has metadata, and need not have a name", async ({ expect }) => {
    const made = await post("/assistants", { model: "offline", metadata: { team: "a" } });
    expect(made.json).toMatchObject({ name: null, metadata: { team: "a" } });
    const path = `/assistants/${made.json.id}`;
    expect((await post(path, { name: "n".repeat(256) })).json.metadata).toEqual({ team: "a" });
    expect((await post(path, { metadata: null })).json.metadata).toEqual({});
    const long = await post(path, { name: "n".repeat(257) });
    expect([long.status, long.json.error.code, long.json.error.param]).toEqual([
      400,
      "string_above_max_length",
      "name",
    ]);
  });

  it("keeps its versions, and goes back to one", async ({ expect }) => {
    const id = await assistant({ instructions: "One" });
    await post(`/assistants/${id}`, { instructions: "Two" });
    const listed = await get(`/assistants/${id}/versions`);
    expect(listed.json.data).toMatchObject([
      { id: "2", version: 2, instructions: "Two", assistant_id: id },
      { id: "1", version: 1, instructions: "One" },
    ]);
    const page = await get(`/assistants/${id}/versions?limit=1&after=2`);
    expect([idsOf(page.json), page.json.has_more]).toEqual([["1"], false]);
    const back = await post(`/assistants/${id}`, { version: 1 });
    expect(back.json).toMatchObject({ version: 1, instructions: "One" });
    const run = await post("/threads/runs", { assistant_id: id });
    expect([run.json.version, run.json.instructions]).toEqual([1, "One"]);
    for (const body of [{ version: 9 }, { version: 1, instructions: "Three" }]) {
      const refused = await post(`/assistants/${id}`, body);
      expect([refused.status, refused.json.error.param]).toEqual([400, "version"]);
    }
    expect((await get("/assistants/asst_00000000000000000000/versions")).status).toBe(404);
  });

  it("is shown to a token that may run it, without its insides", async ({ expect }) => {
    const mine = await assistant({ name: "Mine", instructions: "Secret", metadata: { a: "b" } });
    const other = await assistant({ name: "Other" });
    const token = await mintToken(project.key, {
      end_user_id: "ada",
      verbs: ["runs:create"],
      tools: [mine.replace("asst_", "")],
    });
    expect(idsOf((await get("/assistants", token)).json)).toEqual([mine]);
    const seen = await get(`/assistants/${mine}`, token);
    expect(seen.json).toMatchObject({ name: "Mine", instructions: null, model: "", metadata: {} });
    expect(seen.text).not.toContain("Secret");
    expect((await get(`/assistants/${other}`, token)).status).toBe(404);
    const written = await call(`${V1}/assistants/${mine}`, { key: token, json: { name: "x" } });
    expect(written.status).toBe(403);
    expect((await get(`/assistants/${mine}/versions`, token)).status).toBe(403);
  });
});

describe("runs of all threads", () => {
  it("are listed by assistant, thread and status", async ({ expect }) => {
    const [first, second] = [await thread(), await thread()];
    const quick = await assistant();
    const done = await post(`/threads/${first}/runs`, {
      assistant_id: quick,
      stream: true,
      additional_messages: [{ role: "user", content: "Hi" }],
    });
    expect(done.text).toContain("thread.run.completed");
    const waiting = await waitingRun(second);
    const ofQuick = await get(`/runs?assistant_id=${quick}`);
    expect(ofQuick.json.data).toMatchObject([{ thread_id: first, status: "completed" }]);
    const open = await get("/runs?status=requires_action");
    expect(idsOf(open.json)).toContain(waiting.id);
    expect(open.json.data[0].required_action.submit_tool_outputs.tool_calls).toHaveLength(1);
    expect((await get("/runs?status=incomplete")).json.data).toEqual([]);
    expect(idsOf((await get(`/runs?thread_id=${second}`)).json)).toEqual([waiting.id]);
    const all = await get("/runs?limit=1");
    expect([idsOf(all.json), all.json.has_more]).toEqual([[waiting.id], true]);
    const inSdk = await call(`/api/sdk/p/${project.id}/r?status=requires_action`, project);
    expect(inSdk.json.runs).toContainEqual(
      expect.objectContaining({
        run_id: waiting.id.replace("run_", ""),
        tool_id: waiting.assistantId.replace("asst_", ""),
      }),
    );
    const threads = await get(`/threads?assistant_id=${quick}`);
    expect(idsOf(threads.json)).toEqual([first]);
    const stranger = await makeProject();
    expect((await get("/runs", stranger.key)).json.data).toEqual([]);
  });

  it("say until when they go on", async ({ expect }) => {
    const threadId = await thread();
    const { id } = await waitingRun(threadId);
    const { json } = await get(`/threads/${threadId}/runs/${id}`);
    const left = json.expires_at - Date.now() / 1000;
    expect(left).toBeGreaterThan(590 - 30);
    expect(left).toBeLessThan(601);
    const stepOf = async () => (await get(`/threads/${threadId}/runs/${id}/steps`)).json.data[0];
    expect(await stepOf()).toMatchObject({ status: "in_progress", expires_at: json.expires_at });
    await call(`${V1}/threads/${threadId}/runs/${id}/cancel`, { key: project.key, method: "POST" });
    expect(await stepOf()).toMatchObject({ status: "cancelled", expires_at: null });
  });

  it("tell it with each step of a stream while it is at work", async ({ expect }) => {
    const run = await post("/threads/runs", {
      assistant_id: await assistant(),
      thread: { messages: [{ role: "user", content: "Hi" }] },
      stream: true,
    });
    const told = [...run.text.matchAll(/event: (thread\.run[.\w]*)\ndata: (.*)\n/g)].map(
      ([, event = "", data = "null"]) => ({ event, ...JSON.parse(data) }),
    );
    const expiryAt = (event: string) => told.find((one) => one.event === event)?.expires_at;
    const atWork = expiryAt("thread.run.in_progress");
    expect(atWork).toBeGreaterThan(Date.now() / 1000);
    expect(expiryAt("thread.run.step.created")).toBe(atWork);
    expect(expiryAt("thread.run.step.in_progress")).toBe(atWork);
    expect([expiryAt("thread.run.step.completed"), expiryAt("thread.run.completed")]).toEqual([
      null,
      null,
    ]);
  });
});

describe("a message to a busy thread", () => {
  it("is taken, and under `reject` refused in OpenAI's words", async ({ expect }) => {
    const threadId = await thread();
    const { id } = await waitingRun(threadId);
    const path = `/threads/${threadId}/messages`;
    const message = { role: "user", content: "More" };
    expect((await post(path, message)).status).toBe(200);
    const header = { "X-Bobbin-On-Conflict": "reject" };
    const refusals = [
      await post(path, { ...message, on_conflict: "reject" }),
      await post(path, message, header),
    ];
    for (const { status, json } of refusals) {
      expect([status, json.error.message, json.error.type]).toEqual([
        400,
        `Can't add messages to ${threadId} while a run ${id} is active.`,
        "invalid_request_error",
      ]);
    }
    const cancel = `${V1}/threads/${threadId}/runs/${id}/cancel`;
    await call(cancel, { key: project.key, method: "POST" });
    expect((await post(path, message, header)).status).toBe(200);
    const unknown = await post(path, message, { "X-Bobbin-On-Conflict": "maybe" });
    expect([unknown.status, unknown.json.error.param]).toEqual([400, "X-Bobbin-On-Conflict"]);
  });
});

describe("a run on a thread whose run waits for its client", () => {
  it("is refused, but not where it is the same one, asked for again", async ({ expect }) => {
    const threadId = await thread();
    const path = `/threads/${threadId}/runs`;
    const { id, assistantId } = await waitingRun(threadId);
    const body = { assistant_id: assistantId };
    const headers = { "Idempotency-Key": `again-${threadId}` };
    for (const refused of [await post(path, body), await post(path, body, headers)]) {
      expect([refused.status, refused.json.error.message]).toEqual([
        400,
        `Thread ${threadId} already has an active run ${id}.`,
      ]);
    }
    const cancel = `${V1}/threads/${threadId}/runs/${id}/cancel`;
    await call(cancel, { key: project.key, method: "POST" });
    const asked = { ...body, additional_messages: [{ role: "user", content: "Look it up." }] };
    const streamed = { ...asked, stream: true };
    const first = await post(path, streamed, headers);
    const again = await post(path, streamed, headers);
    expect(first.text).toContain("event: thread.run.requires_action");
    expect(runIn(again)).toBe(runIn(first));
    const other = await post(path, body, headers);
    expect(other.status).toBe(422);
    const listed = await get(path);
    expect(listed.json.data).toHaveLength(2);
  });

  it("is none on a thread that is not there, and makes none", async ({ expect }) => {
    const lost = `thread_${"x".repeat(24)}`;
    const assistantId = await assistant();
    for (const stream of [false, true]) {
      const refused = await post(`/threads/${lost}/runs`, { assistant_id: assistantId, stream });
      expect([refused.status, refused.json.error.message]).toEqual([
        404,
        `No thread found with id '${lost}'.`,
      ]);
    }
    expect((await get(`/threads/${lost}`)).status).toBe(404);
  });
});

describe("a stream", () => {
  it("of a run that may read no more says `incomplete`, as the run does", async ({ expect }) => {
    const made = await post("/threads/runs", {
      assistant_id: await assistant({ instructions: "word ".repeat(2000) }),
      thread: { messages: [{ role: "user", content: "Hi" }] },
      max_prompt_tokens: 256,
      stream: true,
    });
    const end = /event: thread\.run\.incomplete\ndata: (.*)\n/.exec(made.text)?.[1] ?? "null";
    const run = JSON.parse(end);
    expect(run.incomplete_details).toEqual({ reason: "max_prompt_tokens" });
    const read = await get(`/threads/${run.thread_id}/runs/${run.id}`);
    expect([read.json.status, read.json.incomplete_details]).toEqual([
      "incomplete",
      run.incomplete_details,
    ]);
  });
});

describe("what is said while a run is at work", () => {
  it("is asked of the next one, behind the answer that it came before", async ({ expect }) => {
    const threadId = await thread();
    const path = `/threads/${threadId}`;
    const { id } = await waitingRun(threadId);
    await post(`${path}/messages`, { role: "user", content: "Meanwhile" });
    const { json: waiting } = await get(`${path}/runs/${id}`);
    const [{ id: callId }] = waiting.required_action.submit_tool_outputs.tool_calls;
    const outputs = [{ tool_call_id: callId, output: "42" }];
    const done = await post(`${path}/runs/${id}/submit_tool_outputs`, {
      tool_outputs: outputs,
      stream: true,
    });
    expect(done.text).toContain("thread.run.completed");
    const next = await post(`${path}/runs`, { assistant_id: await assistant(), stream: true });
    const said = /"value":"([^"]*)"/g;
    expect([...next.text.matchAll(said)].map(([, text]) => text).join("")).toContain("Meanwhile");
    const { json: stored } = await get(`${path}/messages?order=asc`);
    expect(stored.data.map(({ role }: { role: string }) => role)).toEqual([
      "user",
      "user",
      "assistant",
      "assistant",
    ]);
    const again = await post(`${path}/runs/${id}/submit_tool_outputs`, { tool_outputs: outputs });
    expect([again.status, again.json.status]).toEqual([200, "completed"]);
    const other = [{ tool_call_id: callId, output: "43" }];
    const refused = await post(`${path}/runs/${id}/submit_tool_outputs`, { tool_outputs: other });
    expect(refused.json.error.message).toBe(
      'Runs in status "completed" do not accept tool outputs.',
    );
  });
});
