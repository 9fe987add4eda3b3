import { describe, it } from "vitest";

import { RUN_STATUSES, type RunStatus, isFinal, mayMove } from "../../src/domain/run";

/** Every legal move; any other is none. */
const MOVES: Record<RunStatus, RunStatus[]> = {
  queued: ["running", "failed", "cancelled", "expired"],
  running: ["requires_action", "cancelling", "succeeded", "failed", "expired"],
  requires_action: ["running", "cancelling", "failed", "expired"],
  cancelling: ["cancelled", "failed", "expired"],
  succeeded: [],
  failed: [],
  cancelled: [],
  expired: [],
};

const PAIRS = RUN_STATUSES.flatMap((from) => RUN_STATUSES.map((to) => [from, to] as const));

describe("a run's moves", () => {
  it.for(PAIRS)("%s → %s", ([from, to], { expect }) => {
    expect(mayMove(from, to)).toBe(MOVES[from].includes(to));
  });

  it("are over where the status is final, and only there", ({ expect }) => {
    expect(RUN_STATUSES.filter(isFinal)).toEqual(["succeeded", "failed", "cancelled", "expired"]);
  });
});
