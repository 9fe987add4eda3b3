/** What holds of runs and their streams in every dialect that has them. */
import { beforeAll, describe, it } from "vitest";

import { type Call, call } from "../support/call";
import { type TestProject, makeProject } from "../support/project";
import { chatActions, makeTool } from "../support/tool";
import { NOT_SUPPORTED, type RunOf } from "./dialect";
import { dialectsWith, makeThreadIn, refusalsOf } from "./dialects";

/** Longer than any of these tests: such a run is cancelled. */
const FOREVER_MS = 60_000;

const QUESTION = "How are you?";
const ANSWER = "Fine, thank you.";
const WHOLE = [
  ["user", QUESTION],
  ["assistant", ANSWER],
];

for (const { dialect, spoken: runs } of dialectsWith("runs")) {
  const { refusalOf, refused } = refusalsOf(dialect);
  let project: TestProject;
  let stranger: TestProject;

  beforeAll(async () => {
    [project, stranger] = await Promise.all([makeProject(), makeProject()]);
  });

  const makeRunOf = async (offline: object = { text: ANSWER }): Promise<RunOf> => ({
    projectId: project.id,
    toolId: await makeTool(project.id, chatActions({ offline })),
    threadId: await makeThreadIn(project),
  });
  const send = ({ path, json }: { path: string; json: object }, options: Call = {}) =>
    call(path, { key: project.key, json, ...options });
  /** Starts a run and hears it to its end. */
  const hear = async (of: RunOf, question = QUESTION, options: Call = {}) => {
    const reply = await send(runs.start(of, question), options);
    const events = runs.readEvents(reply.text);
    return {
      id: runs.readRunId(reply),
      events,
      text: events.map(({ text }) => text).join(""),
      ended: events.flatMap(({ ended }) => ended ?? []),
    };
  };
  /** In the dialect that has had messages from the first. */
  const saidIn = async ({ threadId }: RunOf) => {
    const path = `/api/sdk/threads/${threadId}/messages?order=asc`;
    const said: { role: string; content: string }[] = (await call(path, project)).json.list;
    return said.map(({ role, content }) => [role, content]);
  };

  describe(`${dialect.name}: a run`, () => {
    it("answers, and leaves question and answer in its thread", async ({ expect }) => {
      const of = await makeRunOf();
      const { text, ended, events } = await hear(of);
      expect([text, ended]).toEqual([ANSWER, ["succeeded"]]);
      expect(events.map(({ isLast }) => isLast)).toEqual(
        events.map((_event, index) => index === events.length - 1),
      );
      expect(await saidIn(of)).toEqual(WHOLE);
    });

    it("ends failed where its model fails, and its thread goes on", async ({ expect }) => {
      const failing = await makeRunOf({ error: { status: 400, message: "no" } });
      expect((await hear(failing)).ended).toEqual(["failed"]);
      const of = { ...(await makeRunOf()), threadId: failing.threadId };
      expect((await hear(of, "And now?")).ended).toEqual(["succeeded"]);
    });

    it("is started once by a retry under one Idempotency-Key", async ({ expect }) => {
      const of = await makeRunOf();
      const headers = { "Idempotency-Key": `run-${of.threadId}` };
      const first = await hear(of, QUESTION, { headers });
      const again = await hear(of, QUESTION, { headers });
      expect([again.id, again.text]).toEqual([first.id, ANSWER]);
      expect(await saidIn(of)).toEqual(WHOLE);
      const other = await send(runs.start(of, "Something else?"), { headers });
      expect(refusalOf(other)).toEqual(refused(422, "otherBody"));
      expect(await saidIn(of)).toEqual(WHOLE);
    });

    it("tells a stranger nothing", async ({ expect }) => {
      const of = await makeRunOf();
      const { id } = await hear(of);
      const foreign = await call(runs.streamPath(of, id), stranger);
      expect(foreign.status).toBe(404);
      expect(foreign.text).not.toContain("Fine");
      const started = await send(runs.start(of, "And now?"), { key: stranger.key });
      expect(started.status).toBe(404);
      expect(await saidIn(of)).toEqual(WHOLE);
    });

    it("goes on behind any event that a reader comes back with: each once", async ({ expect }) => {
      const of = await makeRunOf();
      const { id, events } = await hear(of);
      const path = runs.streamPath(of, id);
      const whole = runs.readEvents((await call(path, project)).text);
      expect(whole.map(({ text }) => text).join("")).toBe(ANSWER);
      expect(whole.at(-1)).toEqual(events.at(-1));
      expect(new Set(whole.map(({ cursor }) => cursor)).size).toBe(whole.length);
      for (const [index, { cursor }] of whole.entries()) {
        const headers = { "Last-Event-ID": cursor };
        const rest = await call(path, { key: project.key, headers });
        expect(runs.readEvents(rest.text)).toEqual(whole.slice(index + 1));
      }
    });
  });

  const { byThemselves } = runs;
  if (byThemselves === NOT_SUPPORTED) {
    continue;
  }
  const start = (of: RunOf) => send(byThemselves.start(of, QUESTION));
  /** As it is once it has ended. */
  const readEnded = async (of: RunOf, id: string): Promise<unknown> => {
    for (;;) {
      const { json } = await call(byThemselves.path(of, id), project);
      if (byThemselves.read(json).ended !== null) {
        return json;
      }
      await scheduler.wait(10);
    }
  };

  describe(`${dialect.name}: a run by itself`, () => {
    it("answers, and is read to have ended", async ({ expect }) => {
      const of = await makeRunOf();
      const { id } = byThemselves.read((await start(of)).json);
      const ended = await readEnded(of, id);
      expect(byThemselves.read(ended)).toEqual({ id, ended: "succeeded" });
      if (byThemselves.readAnswer !== NOT_SUPPORTED) {
        expect(byThemselves.readAnswer(ended)).toBe(ANSWER);
      }
      expect(await saidIn(of)).toEqual(WHOLE);
    });

    it("is cancelled at any time, and its thread goes on", async ({ expect }) => {
      const slow = await makeRunOf({ text: "never", delay_ms: FOREVER_MS });
      const { id, ended } = byThemselves.read((await start(slow)).json);
      expect(ended).toBeNull();
      const path = byThemselves.cancelPath(slow, id);
      const cancelled = await call(path, { key: project.key, method: "POST" });
      expect(cancelled.status).toBe(200);
      expect(byThemselves.read(await readEnded(slow, id)).ended).toBe("cancelled");
      const of = { ...(await makeRunOf()), threadId: slow.threadId };
      expect((await hear(of)).ended).toEqual(["succeeded"]);
    });

    it("is not there where it never was, nor for a stranger", async ({ expect }) => {
      const of = await makeRunOf();
      const { id } = byThemselves.read((await start(of)).json);
      const never = await call(byThemselves.path(of, byThemselves.neverId), project);
      expect(refusalOf(never)).toEqual(refused(404, "runNotFound"));
      const foreign = await call(byThemselves.path(of, id), stranger);
      expect(foreign.status).toBe(404);
      expect(foreign.text).not.toContain("Fine");
    });
  });
}
