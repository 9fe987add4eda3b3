/** What a key is told of when a run and its actions began. */
import { describe, it } from "vitest";

import { call } from "../../support/call";
import { makeProject } from "../../support/project";
import { chatActions, makeTool } from "../../support/tool";

const ask = (thread_id: string, more: object = {}) => ({
  thread_id,
  inputs: [{ messages: [{ role: "user", content: "How long?" }] }],
  ...more,
});

async function makePath(offline: object) {
  const project = await makeProject();
  const tool = await makeTool(project.id, [
    ...chatActions({ use_stream: true, offline }).slice(0, 3),
    { name: "SLOW", type: "code", spec: { code: "() => { let n = 0; while (n < 2e5) n += 1; }" } },
    { name: "OUTPUT", type: "output", spec: { value: "{{ MODEL_CALL.message }}" } },
  ]);
  return { key: project.key, path: `/api/sdk/p/${project.id}/a/${tool}/r` };
}

type Executions = [[string, string], { meta: { started: number; duration: number } }[][]][];

describe("a run's timing", () => {
  it("says when it and each of its actions began, and when its first text came", async ({
    expect,
  }) => {
    const { key, path } = await makePath({ text: "A while.", delay_ms: 40 });
    const { run } = (await call(path, { key, json: ask("a") })).json;
    const { started, ended, queue, first_token: firstToken, attempts } = run.timing;
    expect(attempts).toBe(1);
    expect(started).toBe(run.created + queue);
    const traces: Executions = run.traces;
    // What a run took in, its INPUT, has no begin of its own.
    const times = traces.slice(1).map(([, cells]) => cells[0]?.[0]?.meta);
    let before = started;
    for (const meta of times) {
      expect(meta?.started).toBeGreaterThanOrEqual(before);
      before = Number(meta?.started) + Number(meta?.duration);
    }
    expect(ended).toBeGreaterThanOrEqual(before);
    const model = times[1];
    const firstTokenAt = run.created + firstToken;
    expect(firstTokenAt).toBeGreaterThanOrEqual(Number(model?.started));
    expect(firstTokenAt).toBeLessThanOrEqual(Number(model?.started) + Number(model?.duration));
    const read = await call(`${path}/${run.run_id}`, { key });
    expect(read.json.run.timing).toEqual(run.timing);
  });

  it("counts the wait for the thread's earlier run as queue, and knows no begin before", async ({
    expect,
  }) => {
    const { key, path } = await makePath({ text: "One word after the other.", delay_ms: 60 });
    const first = await call(path, { key, json: ask("b", { blocking: false }) });
    const second = await call(path, { key, json: ask("b", { blocking: false }) });
    const at = `${path}/${second.json.run.run_id}`;
    expect((await call(at, { key })).json.run.timing).toEqual({
      started: null,
      ended: null,
      queue: null,
      first_token: null,
      attempts: 0,
    });
    await call(`${at}/stream`, { key });
    const earlier = (await call(`${path}/${first.json.run.run_id}`, { key })).json.run;
    const later = (await call(at, { key })).json.run;
    expect(later.timing.started).toBeGreaterThanOrEqual(earlier.timing.ended);
    expect(later.timing.queue).toBe(later.timing.started - later.created);
    expect(later.timing.queue).toBeGreaterThan(0);
  });
});
