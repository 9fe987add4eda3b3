/** Proves that what a run's actions give out together, and what is kept of it, has a bound. */
import { describe, it } from "vitest";

import { keepOutcome } from "../../../src/engine/keep-outcome";
import { RUN } from "../../../src/limits";
import { testWorld } from "../../support/ports";
import { action, code, definition, run } from "../run";

const MOST = RUN.actionOutputMaxBytes - 200;
const LARGE = `() => "x".repeat(${MOST})`;

/** As many as are kept, with the result. */
const KEPT = RUN.keptValuesMaxBytes / RUN.actionOutputMaxBytes;
const HELD = RUN.outputsMaxBytes / RUN.actionOutputMaxBytes;

const large = (count: number) => Array.from({ length: count }, (_, n) => code(`A${n}`, LARGE));

async function droppedOf(outcome: Parameters<typeof keepOutcome>[0]) {
  const { traces } = await keepOutcome(outcome);
  return traces.map(({ cells: [row] }) => row?.[0]?.meta.dropped);
}

describe("the values of a run", () => {
  it("are kept from the first on, and those beyond say that they were dropped", async ({
    expect,
  }) => {
    const ended = await run(definition(...large(KEPT + 2), code("LAST", "() => 1")));
    expect(ended).toMatchObject({ status: "succeeded", results: [[{ value: 1 }]] });
    const cells = ended.traces.flatMap(({ name, cells: [row] }) =>
      name.startsWith("A") ? [row?.[0]] : [],
    );
    const isKept = cells.map((cell) => (cell?.meta.dropped === true ? cell.value : "kept"));
    expect(isKept).toEqual([...Array(KEPT).fill("kept"), null, null]);
    const bytes = JSON.stringify([ended.traces, ended.results]).length;
    expect(bytes).toBeLessThan(RUN.keptValuesMaxBytes + 16 * 1024);
  });

  it("are kept by their number, too: empty ones take long to read", async ({ expect }) => {
    const empty = Array.from({ length: RUN.outputMaxValues - 1 }, () => []);
    const cell = { value: empty, error: null, meta: { durationMs: 0 } };
    const traces = Array.from({ length: 3 }, () => ({
      name: "A",
      type: "code" as const,
      cells: [[cell]],
    }));
    const results = [[{ ...cell, value: 1 }]];
    expect(await droppedOf({ traces, results })).toEqual([undefined, true, true]);
    expect(await droppedOf({ traces, results: [[cell]] })).toEqual([true, true, true]);
  });

  it("go to its results first; a result beyond them is an error", async ({ expect }) => {
    const inputs = Array.from({ length: KEPT + 1 }, () => ({}));
    const { error, results, answers } = await run(definition(code("A", LARGE)), { inputs });
    expect(error).toBeNull();
    const last = results?.map(([cell]) => cell?.errorCode ?? "kept");
    expect(last).toEqual([...Array(KEPT).fill("kept"), "result_not_kept"]);
    expect(answers).toHaveLength(KEPT + 1);
  });

  it("are an action's failure where its object would hold too many", async ({ expect }) => {
    const each = { over: Array(HELD + 1).fill(0) };
    const map = action("map", "MAP", each, { actions: [code("EACH", LARGE)] });
    const tool = definition(map);
    const world = testWorld();
    const ended = await run(tool, {}, world);
    expect(ended.error?.code).toBe("outputs_too_large");
    expect(ended.error?.message).toContain(String(RUN.outputsMaxBytes));
    // An earlier attempt's are recalled, and counted as well.
    const again = await run(tool, {}, world);
    expect(again.error).toEqual(ended.error);
  });
});

describe("an outcome of very many cells", () => {
  it("leaves others their turns while it is kept", async ({ expect }) => {
    const cell = { value: true, error: null, meta: { durationMs: 0 } };
    const traces = Array.from({ length: RUN.maxExecutions }, () => ({
      name: "LOOP",
      type: "loop" as const,
      cells: [[cell]],
    }));
    let turns = 0;
    const others = setInterval(() => {
      turns += 1;
    }, 0);
    const kept = await keepOutcome({ traces, results: null });
    clearInterval(others);
    expect(kept.traces).toEqual(traces);
    expect(turns).toBeGreaterThanOrEqual(RUN.maxExecutions / RUN.cellsPerTurn - 1);
  });
});
