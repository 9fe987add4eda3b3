/**
 * A run goes on after its object has died. A death is a port that throws and then keeps nothing more;
 * the next attempt is another `executeRun` on the same step log. What the platform does when an object
 * really dies is proved elsewhere.
 */
import * as fc from "fast-check";
import { describe, it } from "vitest";

import { executeRun } from "../../../src/engine/execute-run";
import type { RunPorts } from "../../../src/engine/ports";
import { RUN } from "../../../src/limits";
import { RunMemory, testWorld } from "../../support/ports";
import { action, code, definition, plan, run } from "../run";
import { mortalPorts, ObjectDied } from "./mortal-ports";

const EVERY_BLOCK = definition(
  code("FIRST", "({ input }) => ({ n: input.value.n, items: Array(input.value.n).fill(7) })"),
  action(
    "map",
    "MAP",
    { over: "{{ FIRST.items }}" },
    {
      actions: [
        code("TIMES", "({ state, map }) => state.MAP * map.iteration"),
        action(
          "if",
          "EVEN",
          { condition: "{{ TIMES is even }}" },
          {
            actions: [code("HALF", "({ state }) => state.TIMES / 2")],
            else: [code("NEGATIVE", "({ state }) => -state.TIMES")],
          },
        ),
      ],
    },
  ),
  action(
    "loop",
    "LOOP",
    { condition: "{{ LOOP.iteration < FIRST.n }}" },
    {
      actions: [code("SUM", "({ state }) => (state.SUM ?? 0) + state.LOOP.iteration")],
    },
  ),
  code("ALL", "({ state }) => state"),
);
const INPUTS = [{ n: 3 }, { n: 1 }];

/** Lives until one comes to the end; each death is `[write, when]`, the last attempt has none. */
async function runThrough(
  deaths: readonly (readonly [number, "before" | "after"])[],
  memory: RunMemory,
) {
  const { signal } = new AbortController();
  const given = plan(EVERY_BLOCK, { inputs: INPUTS });
  for (const [deathAt, when] of deaths) {
    try {
      const ports = mortalPorts(testWorld({}, memory).ports, deathAt, when);
      return await executeRun(given, ports, signal);
    } catch (error) {
      if (!(error instanceof ObjectDied)) {
        throw error;
      }
    }
  }
  return executeRun(given, testWorld({}, memory).ports, signal);
}

const dieInWork = (ports: RunPorts): RunPorts => ({
  ...ports,
  steps: {
    ...ports.steps,
    complete: (key, cell) => {
      if (key.startsWith("WORK")) {
        throw new ObjectDied();
      }
      ports.steps.complete(key, cell);
    },
  },
});

describe("a run whose object dies", () => {
  it(
    "comes to the same outcome and tells the same events, wherever it dies",
    { timeout: 60_000 },
    async ({ expect }) => {
      const undisturbed = new RunMemory();
      const outcome = await runThrough([], undisturbed);
      const death = fc.tuple(
        fc.nat({ max: 90 }),
        fc.constantFrom("before" as const, "after" as const),
      );
      const deaths = fc.array(death, { minLength: 1, maxLength: RUN.maxAttempts - 1 });
      await fc.assert(
        fc.asyncProperty(deaths, async (times) => {
          const memory = new RunMemory();
          expect(await runThrough(times, memory)).toEqual(outcome);
          expect(memory.told).toEqual(undisturbed.told);
        }),
        { numRuns: 30 },
      );
    },
  );

  it("does nothing again that it had finished", async ({ expect }) => {
    const memory = new RunMemory();
    await runThrough([], memory);
    const attempts = new Map(memory.attempts);
    await runThrough([], memory);
    expect(memory.attempts).toEqual(attempts);
    expect(new Set(attempts.values())).toEqual(new Set([1]));
  });

  it("gives up on an action that has been cut off as often as an action may be", async ({
    expect,
  }) => {
    const memory = new RunMemory();
    const actions = definition(code("WORK", "() => 1"));
    const { signal } = new AbortController();
    for (let life = 1; life <= RUN.maxAttempts; life += 1) {
      const { ports } = testWorld({}, memory);
      await expect(executeRun(plan(actions), dieInWork(ports), signal)).rejects.toThrow(ObjectDied);
    }
    const outcome = await run(actions, {}, testWorld({}, memory));
    expect(outcome.error?.code).toBe("too_many_attempts");
    expect(memory.attempts.get("WORK:0")).toBe(RUN.maxAttempts + 1);
    // The failure is an outcome like any other: the next attempt does not try anew.
    expect(await run(actions, {}, testWorld({}, memory))).toEqual(outcome);
  });
});
