import { describe, it } from "vitest";

import { action, code, definition, js, resultOf, run, traceLines } from "../run";

const state = code("STATE", "({ state }) => state");

describe("if", () => {
  const branches = definition(
    action(
      "if",
      "CHECK",
      { condition: js("({ input }) => input.value.yes") },
      {
        actions: [code("THEN", "() => 'then'")],
        else: [code("ELSE", "() => 'else'")],
      },
    ),
    state,
  );

  it("runs one branch and leaves the other's outputs empty", async ({ expect }) => {
    const result = await resultOf(branches, { inputs: [{ yes: true }] });
    expect(result).toEqual({ INPUT: { yes: true }, CHECK: true, THEN: ["then"], ELSE: [] });
  });

  it("takes rows apart and marks those that were elsewhere", async ({ expect }) => {
    const outcome = await run(branches, { inputs: [{ yes: true }, { yes: false }] });
    expect(traceLines(outcome).slice(1, 4)).toEqual([
      "CHECK [true] [false]",
      'THEN ["then"] [-]',
      'ELSE [-] ["else"]',
    ]);
  });

  it("starts nothing of a branch that no row takes", async ({ expect }) => {
    const outcome = await run(branches, { inputs: [{ yes: false }] });
    expect(outcome.traces.map(({ name }) => name)).not.toContain("THEN");
  });

  it("fails on a condition that is no boolean", async ({ expect }) => {
    const outcome = await run(branches, { inputs: [{ yes: "yes" }] });
    expect(outcome.error).toEqual({
      code: "invalid_spec",
      message: "CHECK: condition must be a boolean, not a string",
    });
  });

  it("is passed over by the last output where it has no branch to run", async ({ expect }) => {
    const actions = definition(
      code("BEFORE", "() => 7"),
      action("if", "CHECK", { condition: false }, { actions: [code("THEN", "() => 8")] }),
    );
    expect(await resultOf(actions)).toBe(7);
  });
});

describe("return", () => {
  const early = definition(
    action(
      "if",
      "CHECK",
      { condition: js("({ input }) => input.value.early") },
      {
        actions: [code("SAY", "() => 'early'"), action("return", "STOP")],
      },
    ),
    code("LATE", "() => 'late'"),
  );

  it("ends its row with the last output, as OUTPUT would word it", async ({ expect }) => {
    const outcome = await run(early, { inputs: [{ early: true }] });
    expect(outcome.results?.[0]?.[0]?.value).toEqual({ role: "assistant", content: "early" });
    expect(outcome.traces.at(-1)?.name).toBe("STOP");
  });

  it("lets other rows go on, and the last trace still holds all results", async ({ expect }) => {
    const outcome = await run(early, { inputs: [{ early: true }, { early: false }] });
    expect(outcome.results?.map(([cell]) => cell?.value)).toEqual([
      { role: "assistant", content: "early" },
      { role: "assistant", content: "late" },
    ]);
    expect(outcome.traces.at(-1)?.cells).toEqual(outcome.results);
    expect(traceLines(outcome).at(-2)).toBe('LATE [-] ["late"]');
  });

  it("in a map ends the row with the first iteration that returns", async ({ expect }) => {
    const actions = definition(
      action(
        "map",
        "MAP",
        { over: [1, 2, 3, 4] },
        {
          actions: [
            action(
              "if",
              "EVEN",
              { condition: js("({ state }) => state.MAP % 2 === 0") },
              {
                actions: [action("return", "FOUND")],
              },
            ),
          ],
        },
      ),
      code("LATE", "() => 'late'"),
    );
    expect(await resultOf(actions)).toBe(2);
  });

  it("in a loop ends the loop", async ({ expect }) => {
    const actions = definition(
      action(
        "loop",
        "LOOP",
        { condition: true },
        {
          actions: [
            code("STEP", "({ state }) => state.LOOP.iteration"),
            action(
              "if",
              "ENOUGH",
              { condition: js("({ state }) => state.STEP === 2") },
              {
                actions: [action("return", "STOP")],
              },
            ),
          ],
        },
      ),
    );
    expect(await resultOf(actions)).toBe(2);
  });
});
