/**
 * Proves that the real object, evicted or broken in the middle of a run, goes on by its alarm or when
 * it is next called, and that a reader over HTTP hears each event once and in order across it. Does
 * not prove when the platform evicts, nor that it keeps what the object has written.
 */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, it } from "vitest";

import type { ThreadCoordinator } from "../../src/runs/object/thread-coordinator";
import { call } from "../support/call";
import { makeProject } from "../support/project";
import { LiveStream, readEvents, textOf } from "../support/run-events";
import { chatActions, clientActions, makeTool } from "../support/tool";

const TEXT = "One two three four five six seven eight nine ten.";

async function startSlowRun(threadId: string) {
  const project = await makeProject();
  const offline = { text: TEXT, delay_ms: 20 };
  const tool = await makeTool(project.id, chatActions({ offline, use_stream: true }));
  const path = `/api/sdk/p/${project.id}/a/${tool}/r`;
  const started = await call(path, {
    key: project.key,
    json: { thread_id: threadId, blocking: false },
  });
  const stub = env.THREAD.getByName(`${project.id}/t/${threadId}`);
  return { ...project, stub, path: `${path}/${started.json.run_id}` };
}

describe("an object that is evicted while its run is at work", () => {
  it("goes on by its alarm, and answers once", async ({ expect }) => {
    const run = await startSlowRun("a");
    await evictDurableObject(run.stub);
    expect(await runDurableObjectAlarm(run.stub)).toBe(true);
    const story = readEvents(await call(`${run.path}/stream`, run));
    expect(story.at(-1)?.type).toBe("final");
    const listed = await call("/api/sdk/threads/a/messages", run);
    expect(listed.json.list.map(({ content }: { content: string }) => content)).toEqual([TEXT]);
  });
});

describe("an object whose run waits for its client", () => {
  it("may leave memory, and the run goes on with what is then submitted", async ({ expect }) => {
    const project = await makeProject();
    const tool = await makeTool(project.id, clientActions());
    const path = `/api/sdk/p/${project.id}/a/${tool}/r`;
    const { run } = (await call(path, { key: project.key, json: {} })).json;
    expect(run.status.run).toBe("requires_action");
    await evictDurableObject(env.THREAD.getByName(`${project.id}/r/${run.run_id}`));
    const outputs = run.required_action.calls.map(({ call_id }: { call_id: string }) => ({
      call_id,
      output: "42",
    }));
    await call(`${path}/${run.run_id}/submit`, { key: project.key, json: { outputs } });
    const story = readEvents(await call(`${path}/${run.run_id}/stream`, project));
    expect(story.at(-2)?.content.status).toBe("succeeded");
  });
});

describe("an object that breaks under its reader", () => {
  it("tells it each event once, in order, across the seam", async ({ expect }) => {
    const run = await startSlowRun("b");
    const live = await LiveStream.open(`${run.path}/stream`, run.key);
    await live.until((events) => events.some(({ type }) => type === "tokens"));
    await breakObject(run.stub);
    await live.until(() => false);
    expect(live.events.map(({ id }) => id)).toEqual(live.events.map((_event, index) => index + 1));
    expect(live.events.map(({ type }) => type)).toContain("reset");
    expect(textOf(live.events)).toBe(TEXT);
    const whole = readEvents(await call(`${run.path}/stream`, run));
    expect(whole).toEqual(live.events);
  });

  it("answers a caller who was waiting for the end", async ({ expect }) => {
    const run = await startSlowRun("c");
    const cancelled = call(`${run.path}/cancel`, { method: "POST", key: run.key });
    await breakObject(run.stub);
    expect((await cancelled).json.run.status.run).toBe("errored");
  });
});

/** As an exception that nobody caught, or a deploy. */
async function breakObject(stub: DurableObjectStub<ThreadCoordinator>): Promise<void> {
  await runInDurableObject(stub, (_object, state) => state.abort("broken by a test")).catch(
    () => {},
  );
}
