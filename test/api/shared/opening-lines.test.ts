/** Streams that one caller opens at once: a few at a time, in the order in which they came, and nobody else waits. */
import { describe, it } from "vitest";

import { OpeningLines } from "../../../src/api/shared/reply/opening-lines";
import type { Caller } from "../../../src/domain/access/caller";
import { STREAM } from "../../../src/limits";
import { yieldToEventLoop } from "../../../src/yield-to-event-loop";

const keyOf = (projectId: string): Caller => {
  return { kind: "key", projectId, projectNumber: 1, keyId: "k", scopes: ["read"] };
};

describe("streams that one caller opens at once", () => {
  it("are opened a few at a time, in their order", async ({ expect }) => {
    const lines = new OpeningLines(() => 0);
    const begun: number[] = [];
    let atWork = 0;
    let most = 0;
    const open = (index: number) =>
      lines.inTurn(keyOf("a"), async () => {
        begun.push(index);
        atWork += 1;
        most = Math.max(most, atWork);
        await yieldToEventLoop();
        atWork -= 1;
        return index;
      });
    const all = Array.from({ length: 5 * STREAM.openedAtOnce }, (_, index) => index);
    expect(await Promise.all(all.map(open))).toEqual(all);
    expect(most).toBe(STREAM.openedAtOnce);
    const first = all.slice(0, STREAM.openedAtOnce);
    expect(begun.slice(0, STREAM.openedAtOnce)).toEqual(first);
    expect(new Set(begun).size).toBe(all.length);
  });

  it("keep nobody else waiting, nor for ever those behind what hangs", async ({ expect }) => {
    let nowMs = 0;
    const lines = new OpeningLines(() => nowMs);
    const hanging = Promise.withResolvers<string>();
    const hung = Array.from({ length: STREAM.openedAtOnce }, () =>
      lines.inTurn(keyOf("a"), () => hanging.promise),
    );
    const told: string[] = [];
    const behind = lines.inTurn(keyOf("a"), async () => told.push("behind"));
    await lines.inTurn(keyOf("b"), async () => told.push("another's"));
    await lines.inTurn(undefined, async () => told.push("the operator's"));
    expect(told).toEqual(["another's", "the operator's"]);
    nowMs = STREAM.openingTurnMs;
    await behind;
    expect(told).toEqual(["another's", "the operator's", "behind"]);
    hanging.resolve("over");
    expect(new Set(await Promise.all(hung))).toEqual(new Set(["over"]));
  });

  it("leave the line where they fail", async ({ expect }) => {
    const lines = new OpeningLines(() => 0);
    for (let round = 0; round < 3 * STREAM.openedAtOnce; round += 1) {
      const failing = lines.inTurn(keyOf("a"), () => Promise.reject(new Error("no")));
      await expect(failing).rejects.toThrow("no");
    }
  });
});
