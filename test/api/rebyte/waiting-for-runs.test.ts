/** How long a call waits for its run, as the caller says it. */
import { afterEach, describe, it, vi } from "vitest";

import { WAIT } from "../../../src/limits";
import { call } from "../../support/call";
import { makeProject } from "../../support/project";
import { chatActions, makeTool } from "../../support/tool";

async function makeRuns(script: object) {
  const project = await makeProject();
  const tool = await makeTool(project.id, chatActions({ offline: script }));
  return { ...project, path: `/api/sdk/p/${project.id}/a/${tool}/r` };
}

/** A clock on which the longest wait of a caller is over in a moment; `passed` are those that were. */
function hurryWaits(): { passed: number[] } {
  const passed: number[] = [];
  const real = globalThis.setTimeout;
  const hurry = (run: () => void, delayMs = 0) => {
    if (delayMs !== WAIT.maxMs) {
      return real(run, delayMs);
    }
    return real(() => {
      passed.push(delayMs);
      run();
    }, HURRIED_MS);
  };
  vi.spyOn(globalThis, "setTimeout").mockImplementation(hurry);
  return { passed };
}

/** Long enough for the run to begin. */
const HURRIED_MS = 400;

afterEach(() => {
  vi.restoreAllMocks();
});

describe("without Prefer", () => {
  it("ends after 55 s, and not before, with the run's id and `running`", async ({ expect }) => {
    const bench = await makeRuns({ text: "Fine, thank you.", delay_ms: 60_000 });
    const { passed } = hurryWaits();
    const { status, headers, json } = await call(bench.path, { key: bench.key, json: {} });
    expect(passed).toEqual([55_000]);
    expect([status, headers.get("Preference-Applied")]).toEqual([200, null]);
    expect(json).toMatchObject({
      run_id: json.run.run_id,
      run: { status: { run: "running" }, results: null },
    });
    const cancel = `${bench.path}/${json.run_id}/cancel`;
    const ended = await call(cancel, { key: bench.key, json: {} });
    expect(ended.json.run.error.code).toBe("cancelled");
  });
});

describe("Prefer: wait=N", () => {
  it("answers with a run that is at work where its caller waits no longer", async ({ expect }) => {
    const bench = await makeRuns({ text: "Fine, thank you.", delay_ms: 400 });
    const run = (json: object, prefer: string) =>
      call(bench.path, { key: bench.key, json, headers: { Prefer: prefer } });
    const { status, headers, json } = await run({}, "respond-async; wait=0, handling=strict");
    expect([status, headers.get("Preference-Applied")]).toEqual([200, "wait=0"]);
    expect(json).toMatchObject({ run_id: json.run.run_id, run: { status: { run: "running" } } });
    expect(json.run.results).toBeNull();
    const text = await run({ contentOnly: true }, "wait=1");
    expect([text.status, text.json.error.type]).toEqual([409, "conflict_error"]);
    expect(text.json.error.message).toContain("takes longer than the caller waits");
    const { text: told } = await call(`${bench.path}/${json.run_id}/stream`, { key: bench.key });
    expect(told).toContain('"final"');
    const ended = await call(`${bench.path}/${json.run_id}`, { key: bench.key });
    expect(ended.json.run.results[0][0].value.content).toBe("Fine, thank you.");
    const whole = await run({}, "wait=600");
    expect(whole.headers.get("Preference-Applied")).toBe("wait=55");
    expect(whole.json.run.status.run).toBe("succeeded");
    expect(whole.json.run_id).toBeUndefined();
  });

  it("refuses a wait that is no number of seconds", async ({ expect }) => {
    const bench = await makeRuns({ text: "Fine." });
    for (const wait of ["wait=soon", "wait=-1", 'wait=""', "wait=1.5"]) {
      const headers = { Prefer: wait };
      const { status, json } = await call(bench.path, { key: bench.key, json: {}, headers });
      expect([status, json.error.issues]).toMatchObject([400, [{ path: ["Prefer"] }]]);
    }
  });
});
