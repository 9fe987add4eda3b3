/**
 * What a session token is told of runs, in every way that tells of them. SECRET words stand in all
 * that a tool does inside; none of them may come to the token's holder. Ids of events are those of
 * the full story, and every place in it is a place for everybody.
 */
import { env } from "cloudflare:workers";
import { beforeAll, describe, it } from "vitest";

import { presentWebhookRun } from "../../src/api/platform/webhook-wire";
import { VERBS } from "../../src/domain/access/session-token";
import { getRun } from "../../src/store/runs/runs";
import { type Reply, call } from "../support/call";
import { LiveStream, type Told, readEvents, textOf } from "../support/run-events";
import { mintToken } from "../support/tokens";
import { chatActions } from "../support/tool";
import { type TokenBench, makeTokenBench, runByToken } from "./token-bench";

const chat = (name: string, offline: object, config: object = {}) => ({
  name,
  type: "chat",
  spec: { messages: "{{ HISTORY.messages }}" },
  config: {
    provider_id: "offline",
    model_id: "SECRET-MODEL",
    use_stream: true,
    offline,
    ...config,
  },
});

/** An inner chat and inner code speak before the one that answers. */
const ACTIONS = [
  { name: "INPUT", type: "input" },
  { name: "HISTORY", type: "thread" },
  chat("PLAN", { text: "SECRET plan of the model" }),
  {
    name: "LOOK_UP",
    type: "code",
    spec: { code: "(env) => { console.log('SECRET log'); return 'SECRET row'; }" },
  },
  chat("ANSWER", { text: "Well, here you are." }),
  { name: "OUTPUT", type: "output" },
];
const FAILING = [
  ...ACTIONS.slice(0, 3),
  chat("ANSWER", { error: { status: 400, message: "SECRET cause" } }),
  { name: "OUTPUT", type: "output" },
];
const QUESTION = { inputs: [{ messages: [{ role: "user", content: "Where?" }] }] };

/** The run by every door that shows one. */
async function tellings({ path, token, threadId }: TokenBench, runId: string) {
  const get = (tail: string) => call(path + tail, { key: token });
  const followed = await LiveStream.open(`/api/sdk/threads/${threadId}/stream?after=0.0.0`, token);
  await followed.until((events) => events.some(({ type }) => type === "final"));
  await followed.leave();
  return {
    read: (await get(`/${runId}`)).text,
    listed: (await get("")).text,
    streamed: (await get(`/${runId}/stream`)).text,
    cancelled: (await call(`${path}/${runId}/cancel`, { key: token, json: {} })).text,
    followed: followed.text,
    messages: (await call(`/api/sdk/threads/${threadId}/messages`, { key: token })).text,
  };
}

async function begin(actions: readonly object[], body: object = {}, open?: object) {
  const bench = await makeTokenBench(actions, open);
  const run = await runByToken(bench, { ...QUESTION, thread_id: bench.threadId, ...body });
  return { bench, run };
}

function runIdOf({ json, text }: Reply): string {
  return json?.run?.run_id ?? /[0-9a-f]{64}/.exec(text)?.[0] ?? "";
}

/** Of the tool's whole story what a token is told. */
const isTold = ({ type, content }: Told) =>
  type === "run_status" ||
  type === "final" ||
  content.name === "OUTPUT" ||
  content.block_name === "OUTPUT" ||
  (type === "tokens" && content.block_name === "ANSWER");

describe("a run that succeeds", () => {
  let bench: TokenBench;
  let run: Reply;

  beforeAll(async () => {
    ({ bench, run } = await begin(ACTIONS));
  });

  it("shows its result and nothing that its actions made, by every door", async ({ expect }) => {
    expect(run.json.run).toMatchObject({
      config: { blocks: {} },
      traces: [[["output", "OUTPUT"], [[{ value: { content: "Well, here you are." } }]]]],
      results: [[{ value: { role: "assistant", content: "Well, here you are." } }]],
    });
    expect(run.json.run).not.toHaveProperty("usage");
    expect(run.json.run).not.toHaveProperty("timing");
    expect(run.json.run).not.toHaveProperty("end_user_id");
    expect(Object.keys(run.json.run.results[0][0].meta)).toEqual(["duration"]);
    const told = await tellings(bench, runIdOf(run));
    for (const [door, text] of Object.entries({ ...told, started: run.text })) {
      expect(text, door).not.toContain("SECRET");
      expect(text, door).not.toContain("input_tokens");
    }
    const byKey = await call(`${bench.path}/${runIdOf(run)}`, { key: bench.key });
    expect(byKey.text).toContain("SECRET row");
    expect(byKey.text).toContain("SECRET-MODEL");
    expect(byKey.json.run.timing).toMatchObject({ started: expect.any(Number), attempts: 1 });
    expect(byKey.json.run.end_user_id).toBe("ada");
    const everybody = { projectId: bench.id, endUserId: null, threadId: null };
    const kept = await getRun(env, everybody, { runId: runIdOf(run) });
    expect(kept.ok && presentWebhookRun(kept.value)).toMatchObject({ end_user_id: "ada" });
    const thread = (key: string) => call(`/api/sdk/threads/${bench.threadId}`, { key });
    expect((await thread(bench.key)).json.end_user_id).toBe("ada");
    expect((await thread(bench.token)).json).not.toHaveProperty("end_user_id");
  });

  it("streams the state, the answer's text and the result, under the numbers of all", async ({
    expect,
  }) => {
    const path = `${bench.path}/${runIdOf(run)}/stream`;
    const whole = readEvents(await call(path, { key: bench.key }));
    const told = readEvents(await call(path, { key: bench.token }));
    expect([...new Set(told.map(({ type }) => type))]).toEqual([
      "run_status",
      "tokens",
      "block_status",
      "block_execution",
      "final",
    ]);
    expect(textOf(told)).toBe("Well, here you are.");
    expect(told).toEqual(whole.filter(isTold));
    for (const { id } of whole) {
      const rest = readEvents(
        await call(path, { key: bench.token, headers: { "Last-Event-ID": String(id) } }),
      );
      expect(rest, `behind ${id}`).toEqual(told.filter((event) => Number(event.id) > Number(id)));
    }
  });

  it("streams to a follower of the thread what its own stream tells", async ({ expect }) => {
    const places: (number | string)[] = [];
    for (const key of [bench.key, bench.token]) {
      const path = `/api/sdk/threads/${bench.threadId}/stream?after=0.0.0`;
      const live = await LiveStream.open(path, key);
      await live.until((events) => events.some(({ type }) => type === "final"));
      await live.leave();
      if (key === bench.key) {
        places.push(...live.events.map(({ id }) => id));
      } else {
        expect(textOf(live.events)).toBe("Well, here you are.");
        expect(live.events.length).toBeLessThan(places.length);
        expect(live.events.filter(({ id }) => !places.includes(id))).toEqual([]);
      }
    }
  });

  it("is told no otherwise when its journal is gone, or its tool", async ({ expect }) => {
    const { bench: gone, run: done } = await begin(ACTIONS, { thread_id: undefined });
    await env.THREAD.getByName(`${gone.id}/r/${runIdOf(done)}`).erase();
    const path = `${gone.path}/${runIdOf(done)}`;
    const story = await call(`${path}/stream`, { key: gone.token });
    expect(story.text).not.toContain("SECRET");
    expect(readEvents(story).map(({ type }) => type)).toEqual([
      "run_status",
      "block_status",
      "block_execution",
      "block_status",
      "run_status",
      "final",
    ]);
    const tool = `/api/sdk/p/${gone.id}/a/${gone.toolId}`;
    await call(tool, { key: gone.key, method: "DELETE" });
    const orphan = await call(path, { key: gone.token });
    expect(orphan.json.run.results[0][0].value.content).toBe("Well, here you are.");
    expect(orphan.text).not.toContain("SECRET");
  });
});

describe("a run that fails", () => {
  it("says that it failed and names the request; a key reads the cause", async ({ expect }) => {
    const { bench, run } = await begin(FAILING);
    const { error, results } = run.json.run;
    expect(error.code).toBe("tool_failed");
    expect(error.message).toContain(run.headers.get("X-Request-Id"));
    expect(results).toBeNull();
    const told = await tellings(bench, runIdOf(run));
    for (const [door, text] of Object.entries({ ...told, started: run.text })) {
      expect(text, door).not.toContain("SECRET");
    }
    const byKey = await call(`${bench.path}/${runIdOf(run)}`, { key: bench.key });
    expect(byKey.json.run.error.message).toContain("SECRET cause");
  });

  it.for([{ contentOnly: true }, { contentOnly: true, stream: true }, { stream: true }])(
    "tells no more with %j",
    async (body, { expect }) => {
      const { run } = await begin(FAILING, body);
      expect(run.text).toContain("tool_failed");
      expect(run.text).not.toContain("SECRET");
    },
  );
});

describe("a run that is stopped", () => {
  it("leaves no word of an inner action on the thread", async ({ expect }) => {
    const slow = ACTIONS.with(2, chat("PLAN", { text: "SECRET plan of the model", delay_ms: 50 }));
    const { bench, run } = await begin(slow, { blocking: false });
    const live = await LiveStream.open(`${bench.path}/${run.json.run_id}/stream`, bench.key);
    await live.until((events) => events.some(({ type }) => type === "tokens"));
    const stopped = await call(`${bench.path}/${run.json.run_id}/cancel`, {
      key: bench.token,
      json: {},
    });
    await live.leave();
    expect(stopped.json.run.error.code).toBe("cancelled");
    const messages = await call(`/api/sdk/threads/${bench.threadId}/messages`, {
      key: bench.token,
    });
    expect(messages.json.list).toMatchObject([{ role: "user", content: "Where?" }]);
  });

  it("keeps what the answering action had told", async ({ expect }) => {
    const slow = ACTIONS.with(4, chat("ANSWER", { text: "Well, here you are.", delay_ms: 50 }));
    const { bench, run } = await begin(slow, { blocking: false });
    const live = await LiveStream.open(`${bench.path}/${run.json.run_id}/stream`, bench.token);
    await live.until((events) => events.some(({ type }) => type === "tokens"));
    await call(`${bench.path}/${run.json.run_id}/cancel`, { key: bench.token, json: {} });
    await live.until(() => false);
    const path = `/api/sdk/threads/${bench.threadId}/messages`;
    const [answer] = (await call(path, { key: bench.token })).json.list;
    expect(answer).toMatchObject({ role: "assistant", content: textOf(live.events) });
  });
});

describe("an action whose outputs the version opens", () => {
  it("is told with its events and trace, without usage and logs; the others are not", async ({
    expect,
  }) => {
    const { bench, run } = await begin(ACTIONS, {}, { outputs: ["LOOK_UP"] });
    const names = run.json.run.traces.map(([[, name]]: [[string, string]]) => name);
    expect(names).toEqual(["LOOK_UP", "OUTPUT"]);
    expect(run.text).toContain("SECRET row");
    const { streamed, followed } = await tellings(bench, runIdOf(run));
    for (const text of [streamed, followed, run.text]) {
      expect(text).toContain("SECRET row");
      expect(text.replaceAll("SECRET row", "")).not.toContain("SECRET");
    }
  });

  it("has the config told that may be changed", async ({ expect }) => {
    const open = { config: { ANSWER: ["max_tokens"] } };
    const { run } = await begin(ACTIONS, { config: { ANSWER: { max_tokens: 2 } } }, open);
    expect(run.json.run.config.blocks).toEqual({ ANSWER: { max_tokens: 2 } });
  });
});

describe("which words are the answer's", () => {
  const answer = chat("ANSWER", { text: "SECRET draft" });
  const safe = { name: "SAFE", type: "code", spec: { code: "() => 'All is well.'" } };
  const branch = (condition: boolean) => ({
    name: "IF",
    type: "if",
    spec: { condition },
    actions: [safe],
  });
  const end = { name: "OUTPUT", type: "output" };

  it.for<[string, object[]]>([
    ["code follows", [answer, safe, end]],
    ["a branch may replace it", [answer, branch(true), end]],
    [
      "a branch may return something else",
      [
        answer,
        { ...branch(true), actions: [safe, { name: "RETURN", type: "return" }] },
        { ...end, spec: { value: "{{ ANSWER }}" } },
      ],
    ],
    ["OUTPUT says something else", [answer, { ...end, spec: { value: "All is well." } }]],
    [
      "it is one of several in a loop",
      [
        {
          name: "LOOP",
          type: "loop",
          spec: { condition: "{{ LOOP.iteration < 1 }}" },
          actions: [answer],
        },
        safe,
        end,
      ],
    ],
  ])("are not told before it is known, where %s", async ([, actions], { expect }) => {
    const { run } = await begin([...ACTIONS.slice(0, 2), ...actions], { stream: true });
    expect(run.text).toContain("All is well.");
    expect(run.text).not.toContain("SECRET");
  });

  it.for<[string, object[]]>([
    ["OUTPUT names it", [answer, { ...end, spec: { value: "{{ ANSWER.message.content }}" } }]],
    ["it ends a branch", [{ ...branch(false), else: [answer] }, end]],
    [
      "a return follows",
      [{ ...branch(true), actions: [answer, { name: "RETURN", type: "return" }] }, safe, end],
    ],
  ])("are told as they come, where %s", async ([, actions], { expect }) => {
    const { run } = await begin([...ACTIONS.slice(0, 2), ...actions], { stream: true });
    expect(textOf(readEvents(run))).toBe("SECRET draft");
  });
});

describe("a run that waits for its client", () => {
  it("tells the calls, and goes on with what the token submits", async ({ expect }) => {
    const functions = [
      { name: "look_up", parameters: { type: "object", properties: {} }, client: true },
    ];
    const calls = { offline: { function_call: { name: "look_up", arguments: { id: 1 } } } };
    const actions = chatActions(calls).map((action) =>
      action.type === "chat" ? { ...action, spec: { ...action.spec, functions } } : action,
    );
    const { bench, run } = await begin(actions);
    const [asked] = run.json.run.required_action.calls;
    expect(asked).toMatchObject({ name: "look_up", arguments: '{"id":1}' });
    const path = `${bench.path}/${runIdOf(run)}`;
    const json = { outputs: [{ call_id: asked.call_id, output: "found" }] };
    await call(`${path}/submit`, { key: bench.token, json });
    const events = readEvents(await call(`${path}/stream`, { key: bench.token }));
    expect(events.filter(({ type }) => type === "required_action")).toHaveLength(1);
    expect(events.some(({ type }) => type.startsWith("function_call"))).toBe(false);
    expect(events.at(-1)?.type).toBe("final");
  });

  it("has no name for an inner action that asks, by any door", async ({ expect }) => {
    const asking = {
      ...chat("SECRET_PLAN", { function_call: { name: "look_up", arguments: {} } }),
      spec: {
        messages: "{{ HISTORY.messages }}",
        functions: [
          { name: "look_up", parameters: { type: "object", properties: {} }, client: true },
        ],
      },
    };
    const { bench, run } = await begin(ACTIONS.with(2, asking));
    const id = runIdOf(run);
    expect(run.json.run.required_action.calls).toMatchObject([{ block_name: "", name: "look_up" }]);
    const live = await LiveStream.open(`${bench.path}/${id}/stream`, bench.token);
    await live.until((events) => events.some(({ type }) => type === "required_action"));
    await live.leave();
    const steps = await call(`${bench.path}/${id}/steps`, { key: bench.token });
    const again = await call(`${bench.path}/${id}`, { key: bench.token });
    for (const text of [run.text, live.text, steps.text, again.text]) {
      expect(text).not.toContain("SECRET");
    }
  });
});

describe("what was written beside a run", () => {
  it("is no token's to change where somebody else has started it", async ({ expect }) => {
    const { bench, run } = await begin(ACTIONS, { metadata: { of: "ada" } });
    const request = { end_user_id: "eve", thread: { id: bench.threadId }, tools: [bench.toolId] };
    const verbs = VERBS.filter((verb) => verb !== "threads:create");
    const eve = await mintToken(bench.key, { ...request, verbs });
    const path = `/openai/v1/threads/${bench.threadId}/runs/${runIdOf(run)}`;
    const json = { metadata: { of: "eve" } };
    expect((await call(path, { key: eve })).json.metadata).toEqual({ of: "ada" });
    expect(await call(path, { key: eve, json })).toMatchObject({ status: 403 });
    expect((await call(path, { key: bench.key })).json.metadata).toEqual({ of: "ada" });
    expect((await call(path, { key: bench.token, json })).json.metadata).toEqual({ of: "eve" });
  });
});
