/** A thread followed over HTTP. What comes when is proven in `durability/thread-feed.test.ts`. */
import { describe, it } from "vitest";

import { call } from "../../support/call";
import { type TestProject, makeProject } from "../../support/project";
import { LiveStream, type Told } from "../../support/run-events";
import { chatActions, makeTool } from "../../support/tool";

async function makeThread(): Promise<TestProject & { path: string; runs: string }> {
  const project = await makeProject();
  const tool = await makeTool(project.id, chatActions({ offline: { text: "Fine." } }));
  const thread = await call("/api/sdk/threads", { key: project.key, json: {} });
  const runs = `/api/sdk/p/${project.id}/a/${tool}/r`;
  return { ...project, path: `/api/sdk/threads/${thread.json.id}`, runs };
}

function isFinal({ type }: Told): boolean {
  return type === "final";
}

describe("GET /threads/{id}/stream", () => {
  it("tells messages and runs of all callers, and goes on after any event", async ({ expect }) => {
    const thread = await makeThread();
    const live = await LiveStream.open(`${thread.path}/stream`, thread.key);
    const asked = await call(`${thread.path}/messages`, {
      key: thread.key,
      json: { role: "user", content: "How are you?" },
    });
    await live.until((events) => events.length > 0);
    const thread_id = thread.path.split("/").at(-1);
    const run = await call(thread.runs, { key: thread.key, json: { thread_id } });
    await live.until((events) => events.some(isFinal));
    await live.leave();
    const [first, ...rest] = live.events;
    expect(first).toMatchObject({ type: "message", content: asked.json });
    const answer = rest.filter(({ type }) => type === "message");
    expect(answer.map(({ content }) => content.run_id)).toEqual([run.json.run.run_id]);
    expect(rest.at(-1)).toMatchObject({ type: "final", run_id: run.json.run.run_id });
    for (const [index, { id }] of live.events.entries()) {
      const again = await LiveStream.open(`${thread.path}/stream?after=${id}`, thread.key);
      const missing = live.events.slice(index + 1);
      await again.until((events) => events.length >= missing.length);
      expect(again.events).toEqual(missing);
      await again.leave();
    }
  });

  it("begins behind a message that a client already has", async ({ expect }) => {
    const thread = await makeThread();
    const post = (content: string) =>
      call(`${thread.path}/messages`, { key: thread.key, json: { role: "user", content } });
    await post("one");
    const { json } = await post("two");
    await post("three");
    const live = await LiveStream.open(`${thread.path}/stream?after=${json.id}`, thread.key);
    await live.until((events) => events.length > 0);
    expect(live.events.map(({ content }) => content.content)).toEqual(["three"]);
    await live.leave();
  });

  it("sends who was idle away again, with its place, until there is news", async ({ expect }) => {
    const thread = await makeThread();
    const post = (content: string) =>
      call(`${thread.path}/messages`, { key: thread.key, json: { role: "user", content } });
    await post("one");
    const live = await LiveStream.open(`${thread.path}/stream`, thread.key);
    await live.until((events) => events.length > 0);
    const place = live.events[0]?.id;
    await live.leave();
    const idle = await call(`${thread.path}/stream`, {
      key: thread.key,
      headers: { "Last-Event-ID": `${place}.idle` },
    });
    expect(idle.text).toMatch(new RegExp(`^id: ${place}\\.idle\nretry: [34]\\d{4}\n\n$`));
    await post("two");
    const again = await LiveStream.open(`${thread.path}/stream?after=${place}.idle`, thread.key);
    await again.until((events) => events.length > 0);
    expect(again.events.map(({ content }) => content.content)).toEqual(["two"]);
    await again.leave();
  });

  it("tells its place before there is anything to tell", async ({ expect }) => {
    const thread = await makeThread();
    const live = await LiveStream.open(`${thread.path}/stream`, thread.key);
    await live.until(() => live.text.includes("\n\n"));
    const place = /^id: (0\.\d+\.0)\n\n$/.exec(live.text)?.[1];
    await live.leave();
    const posted = { role: "user", content: "one" };
    await call(`${thread.path}/messages`, { key: thread.key, json: posted });
    const again = await LiveStream.open(`${thread.path}/stream?after=${place}`, thread.key);
    await again.until((events) => events.length > 0);
    expect(again.events.map(({ content }) => content.content)).toEqual(["one"]);
    await again.leave();
  });

  it("refuses a place that is none, and a thread that is another's", async ({ expect }) => {
    const [thread, stranger] = [await makeThread(), await makeProject()];
    const lost = await call(`${thread.path}/stream?after=nowhere`, { key: thread.key });
    expect([lost.status, lost.json.error.issues[0].path]).toEqual([400, ["after"]]);
    const foreign = await call(`${thread.path}/stream`, { key: stranger.key });
    expect([foreign.status, foreign.json.error.type]).toEqual([404, "thread_not_found"]);
  });

  it("ends when the thread is deleted", async ({ expect }) => {
    const thread = await makeThread();
    const live = await LiveStream.open(`${thread.path}/stream`, thread.key);
    await call(thread.path, { method: "DELETE", key: thread.key });
    await live.until(() => false);
    expect(live.events).toEqual([]);
  });
});
