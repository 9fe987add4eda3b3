import { describe, it } from "vitest";

import { ACTION, RUN } from "../../../src/limits";
import { testWorld } from "../../support/ports";
import { action, code, definition, js, resultOf, run, traceLines } from "../run";

const state = code("STATE", "({ state }) => state");

const mapOver = (items: unknown, repeat = 0) =>
  definition(
    action(
      "map",
      "MAP",
      { over: items, repeat },
      { actions: [code("EACH", "({ state, map }) => [state.MAP, map.iteration]")] },
    ),
    state,
  );

const idleMap = (count: number) =>
  definition(
    action(
      "map",
      "MAP",
      { over: Array(count).fill(0) },
      {
        actions: [
          action("if", "NOTHING", { condition: false }, { actions: [code("NEVER", "() => 1")] }),
        ],
      },
    ),
  );

const nestedMaps = (outer: number) =>
  definition(
    action(
      "map",
      "OUTER",
      { over: [1], repeat: outer },
      {
        actions: [
          action(
            "map",
            "INNER",
            { over: [1], repeat: ACTION.mapMaxIterations },
            {
              actions: [
                action(
                  "if",
                  "NOTHING",
                  { condition: false },
                  { actions: [code("NEVER", "() => 1")] },
                ),
              ],
            },
          ),
        ],
      },
    ),
  );

describe("map", () => {
  it("runs its actions on each item, whose name is the map's own", async ({ expect }) => {
    const outcome = await run(mapOver(["a", "b"]));
    expect(traceLines(outcome).slice(1, 3)).toEqual(['MAP [["a","b"]]', 'EACH [["a",0] ["b",1]]']);
    expect(outcome.results?.[0]?.[0]?.value).toMatchObject({
      MAP: ["a", "b"],
      EACH: [
        ["a", 0],
        ["b", 1],
      ],
    });
  });

  it("takes the first items, or begins again, as `repeat` says", async ({ expect }) => {
    expect(await resultOf(mapOver(["a", "b", "c"], 2))).toMatchObject({ MAP: ["a", "b"] });
    expect(await resultOf(mapOver(["a", "b"], 3))).toMatchObject({ MAP: ["a", "b", "a"] });
  });

  it.for([
    { over: [], message: "MAP: over must be at least 1 element long" },
    { over: "text", message: "MAP: over must be an array, not a string" },
    { over: { length: 2 }, message: "MAP: over must be an array, not an object" },
  ])("fails in its own cell on %o", async ({ over: items, message }, { expect }) => {
    const outcome = await run(mapOver(js("({ input }) => input.value.items")), {
      inputs: [{ items }],
    });
    expect(outcome.error).toEqual({ code: "invalid_spec", message });
  });

  it("takes 64 items and not 65", async ({ expect }) => {
    expect((await run(idleMap(ACTION.mapMaxIterations))).status).toBe("succeeded");
    expect((await run(idleMap(ACTION.mapMaxIterations + 1))).error?.code).toBe(
      "too_many_iterations",
    );
  });

  it("bounds what maps inside maps make together", async ({ expect }) => {
    const most = RUN.maxCells / ACTION.mapMaxIterations;
    expect((await run(nestedMaps(most))).status).toBe("succeeded");
    const outcome = await run(nestedMaps(most + 1));
    expect(outcome.error?.message).toMatch(/^INNER: All rows and maps together make 1088/);
  });

  it("numbers the cells of maps inside maps through, and nests their outputs", async ({
    expect,
  }) => {
    const actions = definition(
      action(
        "map",
        "OUTER",
        { over: [["a", "b"], ["c"]] },
        {
          actions: [
            action(
              "map",
              "INNER",
              { over: js("({ state }) => state.OUTER") },
              {
                actions: [code("EACH", "({ state, map }) => state.INNER + map.iteration")],
              },
            ),
          ],
        },
      ),
      state,
    );
    const outcome = await run(actions);
    expect(traceLines(outcome)[3]).toBe('EACH ["a0" "b1" "c0"]');
    expect(outcome.results?.[0]?.[0]?.value).toMatchObject({ EACH: [["a0", "b1"], ["c0"]] });
  });

  it("keeps the places of iterations that a branch inside leaves out", async ({ expect }) => {
    const actions = definition(
      action(
        "map",
        "MAP",
        { over: [1, 2, 3] },
        {
          actions: [
            action(
              "if",
              "ODD",
              { condition: js("({ state }) => state.MAP % 2 === 1") },
              {
                actions: [code("DOUBLE", "({ state }) => state.MAP * 2")],
              },
            ),
          ],
        },
      ),
      state,
    );
    const outcome = await run(actions);
    expect(traceLines(outcome)[3]).toBe("DOUBLE [2 - 6]");
    expect(outcome.results?.[0]?.[0]?.value).toMatchObject({
      ODD: [true, false, true],
      DOUBLE: [[2], [], [6]],
    });
  });

  it.for([
    { concurrency: undefined, rows: 1, most: ACTION.mapDefaultConcurrency },
    { concurrency: 3, rows: 1, most: 3 },
    { concurrency: 3, rows: 2, most: 6 },
  ])("runs side by side as many as it may: %o", async ({ concurrency, rows, most }, { expect }) => {
    let atWork = 0;
    const atOnce: number[] = [];
    const world = testWorld({
      fetch: async () => {
        atWork += 1;
        atOnce.push(atWork);
        // All that may begin beside it begin before the next turn of the event loop.
        await scheduler.wait(0);
        atWork -= 1;
        return new Response("done");
      },
    });
    const config = concurrency === undefined ? {} : { concurrency };
    const call = action("curl", "CALL", { url: "https://a.example" });
    const actions = definition(
      action("map", "MAP", { over: [1], repeat: 20 }, { config, actions: [call] }),
    );
    await run(actions, { inputs: Array.from({ length: rows }, () => ({})) }, world);
    expect(Math.max(...atOnce)).toBe(most);
    expect(atOnce).toHaveLength(20 * rows);
  });

  it("makes the last outputs of its iterations the last output", async ({ expect }) => {
    const actions = definition(
      action("map", "MAP", { over: [1, 2] }, { actions: [code("EACH", "(e) => -e.state.MAP")] }),
    );
    expect(await resultOf(actions)).toEqual([-1, -2]);
  });
});
