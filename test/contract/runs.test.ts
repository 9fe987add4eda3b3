/** What holds of runs and their streams in every dialect that has them. */
import { beforeAll, describe, it } from "vitest";

import { call } from "../support/call";
import { type TestProject, makeProject } from "../support/project";
import { chatActions, makeTool } from "../support/tool";
import type { RunOf } from "./dialect";
import { dialectsWith, refusalsOf } from "./dialects";

/** Longer than any of these tests: such a run is cancelled. */
const FOREVER_MS = 60_000;

for (const { dialect, spoken: runs } of dialectsWith("runs")) {
  const { refusalOf, refused } = refusalsOf(dialect);
  let project: TestProject;
  let stranger: TestProject;

  beforeAll(async () => {
    [project, stranger] = await Promise.all([makeProject(), makeProject()]);
  });

  const makeRunOf = async (offline: object = { text: "Fine, thank you." }): Promise<RunOf> => {
    const json = await dialect.creationFields(project);
    const thread = await call(dialect.threads, { key: project.key, json });
    return {
      projectId: project.id,
      toolId: await makeTool(project.id, chatActions({ offline })),
      threadId: dialect.readThread(thread.json).id,
    };
  };
  const start = (of: RunOf, how: "wait" | "background" | "stream", headers = {}) => {
    const { path, json } = runs.start(of, "How are you?", how);
    return call(path, { key: project.key, json, headers });
  };
  const read = async (of: RunOf, id: string) =>
    runs.read((await call(runs.path(of, id), project)).json);
  /** In the dialect that has had messages from the first. */
  const saidIn = async ({ threadId }: RunOf) => {
    const path = `/api/sdk/threads/${dialect.bareId(threadId)}/messages?order=asc`;
    const said: { role: string; content: string }[] = (await call(path, project)).json.list;
    return said.map(({ role, content }) => [role, content]);
  };
  const WHOLE = [
    ["user", "How are you?"],
    ["assistant", "Fine, thank you."],
  ];

  describe(`${dialect.name}: a run`, () => {
    it("answers, and leaves question and answer in its thread", async ({ expect }) => {
      const of = await makeRunOf();
      const run = runs.read((await start(of, "wait")).json);
      expect(run).toMatchObject({ ended: "succeeded", text: "Fine, thank you." });
      expect(await read(of, run.id)).toEqual(run);
      expect(await saidIn(of)).toEqual(WHOLE);
    });

    it("ends failed where its model fails, and its thread goes on", async ({ expect }) => {
      const failing = await makeRunOf({ error: { status: 400, message: "no" } });
      expect(runs.read((await start(failing, "wait")).json).ended).toBe("failed");
      const { threadId } = failing;
      const of = { ...(await makeRunOf()), threadId };
      expect(runs.read((await start(of, "wait")).json).ended).toBe("succeeded");
    });

    it("is cancelled at any time, and its thread goes on", async ({ expect }) => {
      const slow = await makeRunOf({ text: "never", delay_ms: FOREVER_MS });
      const { id, ended } = runs.read((await start(slow, "background")).json);
      expect(ended).toBeNull();
      const cancelled = await call(runs.cancelPath(slow, id), {
        key: project.key,
        method: "POST",
      });
      expect(runs.read(cancelled.json).ended).toBe("cancelled");
      const of = { ...(await makeRunOf()), threadId: slow.threadId };
      expect(runs.read((await start(of, "wait")).json).ended).toBe("succeeded");
    });

    it("is started once by a retry under one Idempotency-Key", async ({ expect }) => {
      const of = await makeRunOf();
      const headers = { "Idempotency-Key": `run-${of.threadId}` };
      const [first, again] = [
        runs.read((await start(of, "wait", headers)).json),
        runs.read((await start(of, "wait", headers)).json),
      ];
      expect(again.id).toBe(first.id);
      expect(await saidIn(of)).toEqual(WHOLE);
      const { path, json } = runs.start(of, "Something else?", "wait");
      const other = await call(path, { key: project.key, json, headers });
      expect(refusalOf(other)).toEqual(refused(422, "otherBody"));
    });

    it("is not there for a stranger, nor where it never was", async ({ expect }) => {
      const of = await makeRunOf();
      const { id } = runs.read((await start(of, "wait")).json);
      const never = await call(runs.path(of, runs.neverId), project);
      expect(refusalOf(never)).toEqual(refused(404, "runNotFound"));
      const foreign = await call(runs.path(of, id), stranger);
      expect(foreign.status).toBe(404);
      expect(foreign.text).not.toContain("Fine");
    });
  });

  describe(`${dialect.name}: the stream of a run`, () => {
    it("tells the answer as it is stored, with a last event", async ({ expect }) => {
      const of = await makeRunOf();
      const events = runs.readEvents((await start(of, "stream")).text);
      expect(events.map(({ text }) => text).join("")).toBe("Fine, thank you.");
      expect(events.map(({ isLast }) => isLast)).toEqual(
        events.map((_event, index) => index === events.length - 1),
      );
      expect(await saidIn(of)).toEqual(WHOLE);
    });

    it("goes on behind any event that a reader comes back with: each once", async ({ expect }) => {
      const of = await makeRunOf();
      const { id } = runs.read((await start(of, "wait")).json);
      const path = runs.streamPath(of, id);
      const whole = runs.readEvents((await call(path, project)).text);
      expect(new Set(whole.map(({ cursor }) => cursor)).size).toBe(whole.length);
      for (const [index, { cursor }] of whole.entries()) {
        const headers = { "Last-Event-ID": cursor };
        const rest = await call(path, { key: project.key, headers });
        expect(runs.readEvents(rest.text)).toEqual(whole.slice(index + 1));
      }
    });
  });
}
