/** What may be asked about runs over HTTP, and what is refused: each call happy, wrong and strange. */
import { env } from "cloudflare:workers";
import { describe, it } from "vitest";

import type { ActionDefinition } from "../../../src/domain/tool";
import { type Reply, call } from "../../support/call";
import { type TestProject, makeProject } from "../../support/project";
import { LiveStream, readEvents, textOf } from "../../support/run-events";
import { chatActions, clientActions, makeTool } from "../../support/tool";

interface Bench extends TestProject {
  path: string;
  post: (path: string, json?: object) => Promise<Reply>;
  get: (path: string) => Promise<Reply>;
}

async function makeBench(actions: readonly ActionDefinition[]): Promise<Bench> {
  const project = await makeProject();
  const tool = await makeTool(project.id, actions);
  const path = `/api/sdk/p/${project.id}/a/${tool}/r`;
  return {
    ...project,
    path,
    post: (tail, json = {}) => call(path + tail, { key: project.key, json }),
    get: (tail) => call(path + tail, { key: project.key }),
  };
}

function offline(script: object, config: object = {}): ActionDefinition[] {
  return chatActions({ offline: script, ...config });
}

async function untilStatus(bench: Bench, runId: string, status: string): Promise<Reply> {
  for (;;) {
    const read = await bench.get(`/${runId}`);
    if (read.json.run.status.run === status) {
      return read;
    }
  }
}

async function refusal(path: string, key: string, json: object = {}): Promise<unknown[]> {
  const { status, json: body } = await call(path, { key, json });
  return [status, body.error.type];
}

describe("POST …/r", () => {
  it("answers at once without blocking, and the run goes on", async ({ expect }) => {
    const bench = await makeBench(offline({ text: "Fine." }));
    const { status, json } = await bench.post("", { blocking: false });
    expect(status).toBe(200);
    expect(json).toMatchObject({ run_id: json.run.run_id, run: { status: { run: "running" } } });
    expect(json.run.results).toBeNull();
    await untilStatus(bench, json.run_id, "succeeded");
  });

  it("keeps only the asked actions in traces and blocks, and the last of them as result", async ({
    expect,
  }) => {
    const bench = await makeBench(offline({ text: "Fine." }));
    const { json } = await bench.post("", { block_filter: ["INPUT", "MODEL_CALL"] });
    expect(json.run.traces.map(([[, name]]: [[string, string]]) => name)).toEqual([
      "INPUT",
      "MODEL_CALL",
    ]);
    expect(json.run.status.blocks).toHaveLength(2);
    expect(json.run.results).toEqual(json.run.traces[1][1]);
  });

  it("runs each row of the inputs, further ones on threads of their own", async ({ expect }) => {
    const bench = await makeBench(offline({}));
    const inputs = ["one", "two"].map((content) => ({ messages: [{ role: "user", content }] }));
    const { json } = await bench.post("", { inputs, thread_id: "mine" });
    const answers = json.run.results.map(([{ value }]: [{ value: { content: string } }]) => value);
    expect(answers[0].content).toContain("one");
    expect(answers[1].content).toContain("two");
    const mine = await call("/api/sdk/threads/mine/messages", bench);
    expect(mine.json.list).toHaveLength(2);
    const threads = await call("/api/sdk/threads", bench);
    expect(threads.json.list).toHaveLength(2);
  });

  it("merges the config over the tool's for this run alone", async ({ expect }) => {
    const bench = await makeBench(offline({ text: "Default." }));
    const config = { MODEL_CALL: { offline: { text: "Changed." } } };
    const changed = await bench.post("", { config });
    expect(changed.json.run.results[0][0].value.content).toBe("Changed.");
    expect(changed.json.run.config.blocks.MODEL_CALL.offline.text).toBe("Changed.");
    const after = await bench.post("");
    expect(after.json.run.results[0][0].value.content).toBe("Default.");
  });

  it.for<[string, object, (string | number)[]]>([
    ["an action that the tool has not", { config: { NOPE: {} } }, ["config", "NOPE"]],
    [
      "a config that no such action has",
      { config: { MODEL_CALL: { x: 1 } } },
      ["config", "MODEL_CALL", "x"],
    ],
    ["17 rows", { inputs: Array.from({ length: 17 }, () => ({})) }, ["inputs"]],
    ["a thread id of 129 characters", { thread_id: "x".repeat(129) }, ["thread_id"]],
    ["a version that is none", { version: 0 }, ["version"]],
    ["a field that is none", { threadId: "x" }, ["threadId"]],
    [
      "a message that is too long",
      { inputs: [{ messages: [{ role: "user", content: "x".repeat(256 * 1024 + 1) }] }] },
      ["inputs", 0, "messages", 0, "content"],
    ],
    [
      "a file that is not there",
      { inputs: [{ messages: [{ role: "user", content: "x", file_ids: ["nope"] }] }] },
      ["inputs", 0, "messages", 0, "file_ids"],
    ],
  ])("refuses %s, says where, and starts nothing", async ([, body, path], { expect }) => {
    const bench = await makeBench(offline({}));
    const { status, json } = await bench.post("", body);
    expect([status, json.error.type]).toEqual([400, "invalid_request_error"]);
    expect(json.error.issues[0].path).toEqual(path);
    expect((await bench.get("")).json.runs).toEqual([]);
  });

  it("knows no tool, version or project that is another's or was never there", async ({
    expect,
  }) => {
    const [bench, stranger] = [await makeBench(offline({})), await makeProject()];
    const own = bench.path.replace(/[0-9a-f]{20}\/r$/, "00000000000000000000/r");
    expect(await refusal(own, bench.key)).toEqual([404, "app_not_found"]);
    expect(await refusal(bench.path, bench.key, { version: 7 })).toEqual([
      404,
      "app_version_not_found",
    ]);
    expect(await refusal(bench.path, stranger.key)).toEqual([404, "project_not_found"]);
    const theirs = bench.path.replace(bench.id, stranger.id);
    expect(await refusal(theirs, stranger.key)).toEqual([404, "app_not_found"]);
  });

  it("is refused with reject while a run is at work on the thread", async ({ expect }) => {
    const bench = await makeBench(offline({ text: "a b c", delay_ms: 20 }));
    const thread_id = "busy";
    const first = await bench.post("", { thread_id, blocking: false });
    const second = await bench.post("", { thread_id, on_conflict: "reject" });
    expect([second.status, second.json.error.type]).toEqual([409, "conflict_error"]);
    expect(second.json.error.message).toContain(first.json.run_id);
  });
});

describe("contentOnly", () => {
  it("is the answer's text alone, whole or as it comes", async ({ expect }) => {
    const bench = await makeBench(offline({}));
    const whole = await bench.post("", { contentOnly: true });
    expect(whole.headers.get("Content-Type")).toContain("text/plain");
    const streamed = await bench.post("", { contentOnly: true, stream: true });
    expect(streamed.text).toBe(whole.text);
    expect(whole.text).toContain("offline provider");
  });

  it("is a model's text, too", async ({ expect }) => {
    const actions = offline({ text: "Just text." }).map((action) =>
      action.type === "chat"
        ? { ...action, type: "model" as const, spec: { prompt: "Hi" } }
        : action,
    );
    const bench = await makeBench(actions);
    for (const stream of [true, false]) {
      expect((await bench.post("", { contentOnly: true, stream })).text).toBe("Just text.");
    }
  });

  it("streams an answer that its OUTPUT has made of what was told", async ({ expect }) => {
    const actions = offline({ text: "told" }).map((action) =>
      action.type === "output" ? { ...action, spec: { value: "Not what was told." } } : action,
    );
    const bench = await makeBench(actions);
    const { text } = await bench.post("", { contentOnly: true, stream: true });
    expect(text).toBe("Not what was told.");
  });

  it("is a 502 with the error where the run fails before its first word", async ({ expect }) => {
    const bench = await makeBench(offline({ error: { status: 400, message: "no" } }));
    for (const stream of [true, false]) {
      const { status, json } = await bench.post("", { contentOnly: true, stream });
      expect([status, json.error.type]).toEqual([502, "run_error"]);
    }
  });

  it("breaks off where the run fails in the middle of its answer", async ({ expect }) => {
    const bench = await makeBench(offline({ text: "one two three", break_after: 2 }));
    const reading = bench.post("", { contentOnly: true, stream: true });
    await expect(reading).rejects.toThrow();
  });
});

describe("GET …/r and …/r/{id}", () => {
  it("lists the tool's runs, by status and by thread, page by page", async ({ expect }) => {
    const bench = await makeBench(offline({ text: "Fine." }));
    const first = await bench.post("", { thread_id: "a" });
    const second = await bench.post("", { thread_id: "b" });
    const failing = { MODEL_CALL: { offline: { error: { status: 400 } } } };
    const third = await bench.post("", { config: failing });
    const ids = [third, second, first].map(({ json }) => json.run.run_id);
    const list = async (query: string) =>
      (await bench.get(query)).json.runs.map((run: { run_id: string }) => run.run_id);
    expect(await list("")).toEqual(ids);
    expect(await list("?order=asc&limit=1")).toEqual([ids[2]]);
    expect(await list(`?limit=1&after=${ids[0]}`)).toEqual([ids[1]]);
    expect(await list("?status=errored")).toEqual([ids[0]]);
    expect(await list("?status=succeeded&thread_id=a")).toEqual([ids[2]]);
    expect((await bench.get("?after=nope")).status).toBe(400);
  });

  it("shows a run as its blocking call did", async ({ expect }) => {
    const bench = await makeBench(offline({ text: "Fine." }));
    const { json } = await bench.post("", { thread_id: "a" });
    expect((await bench.get(`/${json.run.run_id}`)).json).toEqual(json);
  });

  it("keeps an outcome that would not fit its row, and shows it whole", async ({ expect }) => {
    const text = "wörd ".repeat(60_000);
    const bench = await makeBench(offline({ text }));
    const { json } = await bench.post("");
    const read = await bench.get(`/${json.run.run_id}`);
    expect(read.json).toEqual(json);
    expect(read.json.run.results[0][0].value.content).toBe(text);
    const kept = await env.FILES.head(`runs/${bench.id}/${json.run.run_id}`);
    expect(kept?.size).toBeGreaterThan(text.length);
  });

  it("knows no run that is another's or was never there", async ({ expect }) => {
    const [bench, other] = [await makeBench(offline({})), await makeBench(offline({}))];
    const { json } = await other.post("");
    for (const tail of [`/${json.run.run_id}`, `/${json.run.run_id}/stream`, "/nope"]) {
      const { status, json: body } = await bench.get(tail);
      expect([status, body.error.type]).toEqual([404, "run_not_found"]);
    }
    for (const verb of ["cancel", "submit"]) {
      const outputs = [{ call_id: "a", output: "b" }];
      const { status } = await bench.post(`/${json.run.run_id}/${verb}`, { outputs });
      expect(status).toBe(404);
    }
  });
});

describe("POST …/r/{id}/cancel", () => {
  it("ends the run, keeps what it had told, and is the same again afterwards", async ({
    expect,
  }) => {
    const bench = await makeBench(
      offline({ text: "a b c d e f", delay_ms: 50 }, { use_stream: true }),
    );
    const { json } = await bench.post("", { thread_id: "a", blocking: false });
    const live = await LiveStream.open(`${bench.path}/${json.run_id}/stream`, bench.key);
    await live.until((events) => events.some(({ type }) => type === "tokens"));
    const cancelled = await bench.post(`/${json.run_id}/cancel`);
    expect(cancelled.json.run).toMatchObject({
      status: { run: "errored" },
      error: { code: "cancelled" },
      results: null,
    });
    await live.until(() => false);
    expect(live.events.slice(-2)).toMatchObject([
      { type: "run_status", content: { status: "errored", error: { code: "cancelled" } } },
      { type: "final" },
    ]);
    const [answer] = (await call("/api/sdk/threads/a/messages", bench)).json.list;
    expect(answer).toMatchObject({ role: "assistant", content: textOf(live.events) });
    expect((await bench.post(`/${json.run_id}/cancel`)).json).toEqual(cancelled.json);
  });
});

describe("POST …/r/{id}/submit", () => {
  it("gives a waiting run what it waits for, in the stream and in GET alike", async ({
    expect,
  }) => {
    const bench = await makeBench(clientActions());
    const { json } = await bench.post("", { thread_id: "a" });
    expect(json.run.status.run).toBe("requires_action");
    const [wanted] = json.run.required_action.calls;
    expect(wanted).toMatchObject({ name: "look_up", block_name: "MODEL_CALL", input_index: 0 });
    const path = `/${json.run.run_id}`;
    expect((await bench.get(path)).json.run.required_action.calls).toEqual([wanted]);
    const live = await LiveStream.open(`${bench.path}${path}/stream`, bench.key);
    await live.until((events) => events.some(({ type }) => type === "required_action"));
    expect(live.events.at(-1)?.content.calls).toEqual([wanted]);
    const outputs = [{ call_id: wanted.call_id, output: "42" }];
    expect((await bench.post(`${path}/submit`, { outputs })).status).toBe(200);
    await live.until(() => false);
    expect(live.events.at(-1)?.type).toBe("final");
    const read = await bench.get(path);
    expect(read.json.run.status.run).toBe("succeeded");
    expect(read.json.run).not.toHaveProperty("required_action");
    const again = await bench.post(`${path}/submit`, { outputs });
    expect([again.status, again.json.run.status.run]).toEqual([200, "succeeded"]);
    const others = [{ call_id: wanted.call_id, output: "43" }];
    const late = await bench.post(`${path}/submit`, { outputs: others });
    expect([late.status, late.json.error.type]).toEqual([409, "conflict_error"]);
  });

  it("names a call that the run does not wait for", async ({ expect }) => {
    const bench = await makeBench(clientActions());
    const { json } = await bench.post("");
    const outputs = [{ call_id: "nope", output: "42" }];
    const { status, json: body } = await bench.post(`/${json.run.run_id}/submit`, { outputs });
    expect([status, body.error.issues[0].path]).toEqual([400, ["outputs", 0, "call_id"]]);
  });
});

describe("GET …/r/{id}/stream", () => {
  it("replays from the start, and from any event on what comes after it", async ({ expect }) => {
    const bench = await makeBench(offline({ text: "One two three." }));
    const started = await bench.post("", { stream: true });
    const told = readEvents(started);
    const runId = told[0]?.content.run_id;
    expect(readEvents(await bench.get(`/${runId}/stream`))).toEqual(told);
    for (const [index, { id }] of told.entries()) {
      const rest = await bench.get(`/${runId}/stream?after=${id}`);
      expect(readEvents(rest)).toEqual(told.slice(index + 1));
    }
    const headers = { "Last-Event-ID": "3" };
    const resumed = await call(`${bench.path}/${runId}/stream`, { key: bench.key, headers });
    expect(readEvents(resumed)).toEqual(told.slice(3));
  });

  it("replays a run whose journal has been tidied away as its recorded outcome", async ({
    expect,
  }) => {
    const bench = await makeBench(offline({ text: "One two three." }));
    const { json } = await bench.post("");
    await env.THREAD.getByName(`${bench.id}/r/${json.run.run_id}`).erase();
    const story = readEvents(await bench.get(`/${json.run.run_id}/stream`));
    expect(story.map(({ type }) => type)).toEqual([
      "run_status",
      ...json.run.status.blocks.flatMap(() => ["block_status", "block_execution", "block_status"]),
      "run_status",
      "final",
    ]);
  });

  it("refuses a place that is no number", async ({ expect }) => {
    const bench = await makeBench(offline({}));
    const { json } = await bench.post("");
    const path = `${bench.path}/${json.run.run_id}/stream`;
    const headers = { "Last-Event-ID": "first" };
    expect((await call(path, { key: bench.key, headers })).status).toBe(400);
    expect((await bench.get(`/${json.run.run_id}/stream?after=-1`)).status).toBe(400);
  });
});

describe("DELETE of a thread", () => {
  it("stops its run, and nothing of it is served again", async ({ expect }) => {
    const bench = await makeBench(
      offline({ text: "a b c d e f", delay_ms: 50 }, { use_stream: true }),
    );
    const { json } = await bench.post("", { thread_id: "a", blocking: false });
    const live = await LiveStream.open(`${bench.path}/${json.run_id}/stream`, bench.key);
    await live.until((events) => events.some(({ type }) => type === "tokens"));
    await call("/api/sdk/threads/a", { method: "DELETE", key: bench.key });
    await live.until(() => false);
    expect(live.events.map(({ type }) => type)).not.toContain("final");
    for (const path of [`${bench.path}/${json.run_id}`, "/api/sdk/threads/a"]) {
      expect((await call(path, bench)).status).toBe(404);
    }
    const fresh = await bench.post("", { thread_id: "a" });
    expect(fresh.json.run.status.run).toBe("succeeded");
    const listed = await call("/api/sdk/threads/a/messages", bench);
    expect(listed.json.list).toHaveLength(1);
  });
});
