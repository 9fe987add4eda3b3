/** Proves that the steps whose begin is noted with a run's are those with which it begins. */
import { describe, it } from "vitest";

import type { ActionDefinition } from "../../src/domain/tool";
import { executeRun } from "../../src/engine/execute-run";
import { firstStepsOf } from "../../src/engine/first-steps";
import { testWorld } from "../support/ports";
import { action, definition, plan } from "./run";

const { signal } = new AbortController();

const CHAT = action(
  "chat",
  "CHAT",
  { messages: [{ role: "user", content: "Hi" }] },
  { config: { provider_id: "offline", offline: { text: "Fine." } } },
);

/** Keys of the steps in the order in which they begin. */
async function begun(actions: ActionDefinition[]): Promise<string[]> {
  const keys: string[] = [];
  const { ports } = testWorld();
  const { steps } = ports;
  const noting: typeof steps = {
    get: (key) => steps.get(key),
    start: (key) => (keys.push(key), steps.start(key)),
    complete: (key, cell) => steps.complete(key, cell),
  };
  await executeRun(plan(actions), { ...ports, steps: noting }, signal);
  return keys;
}

describe("the first steps of a run", () => {
  it("are its first chat and that one's reply, behind what only reads", async ({ expect }) => {
    const actions = definition(action("thread", "HISTORY"), CHAT);
    const first = firstStepsOf(plan(actions));
    expect(first).toHaveLength(2);
    expect((await begun(actions)).slice(0, 2)).toEqual(first);
  });

  it("are not known where something else stands before it, or of several rows", ({ expect }) => {
    const code = action("code", "CODE", { code: "() => 1" });
    expect(firstStepsOf(plan(definition(code, CHAT)))).toEqual([]);
    expect(firstStepsOf({ ...plan(definition(CHAT)), inputs: [{}, {}] })).toEqual([]);
  });
});
