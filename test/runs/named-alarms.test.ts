import { describe, it } from "vitest";

import { NamedAlarms } from "../../src/runs/object/named-alarms";

type Name = "early" | "late";

const SLACK_MS = 5;
const RETRY_MS = 7;

const thrown = () => {
  throw new Error("not told");
};

function bench() {
  const slot: { atMs: number | null; sets: number } = { atMs: null, sets: 0 };
  const make = () =>
    new NamedAlarms<Name>(
      {
        set: (atMs) => {
          slot.atMs = atMs;
          slot.sets += 1;
        },
        clear: () => {
          slot.atMs = null;
        },
        rang: () => {},
      },
      SLACK_MS,
    );
  const alarms = make();
  const rung: string[] = [];
  const ring = (name: Name, failing?: Name) => () => {
    rung.push(name);
    if (name === failing) {
      throw new Error("cut off");
    }
  };
  const fire = (nowMs: number, failing?: Name, onDone = () => {}) =>
    alarms.fire(
      nowMs,
      { early: ring("early", failing), late: ring("late", failing) },
      { retryMs: RETRY_MS, onError: () => {}, onDone },
    );
  return { alarms, make, slot, rung, fire };
}

describe("named alarms", () => {
  it("arm the object for the earliest of them, once for all that changes together", ({
    expect,
  }) => {
    const { alarms, slot } = bench();
    alarms.set({ late: 20, early: 10 });
    expect(slot).toEqual({ atMs: 10, sets: 1 });
    alarms.set({ early: null });
    expect(slot).toEqual({ atMs: 20, sets: 2 });
    alarms.set({ late: null });
    expect(slot.atMs).toBeNull();
  });

  it("write nothing where nothing changes, or the object wakes a little early", ({ expect }) => {
    const { alarms, slot } = bench();
    alarms.set({ early: 10 });
    alarms.set({ early: 10, late: null });
    alarms.set({ early: 10 + SLACK_MS });
    expect(slot).toEqual({ atMs: 10, sets: 1 });
    alarms.set({ early: 11 + SLACK_MS });
    expect(slot).toEqual({ atMs: 11 + SLACK_MS, sets: 2 });
    alarms.set({ early: 9 });
    expect(slot).toEqual({ atMs: 9, sets: 3 });
  });

  it("go on with what an earlier life has armed", ({ expect }) => {
    const { make, slot } = bench();
    const reborn = make();
    reborn.restore({ early: 10, late: 20 });
    reborn.set({ early: 10 });
    expect(slot.sets).toBe(0);
    reborn.dropMemory();
    reborn.set({ early: 10 });
    expect(slot).toEqual({ atMs: 10, sets: 1 });
  });

  it("ring those that are due, in the order of their times, and then are off", async ({
    expect,
  }) => {
    const { alarms, slot, rung, fire } = bench();
    alarms.set({ late: 20, early: 10 });
    await fire(10);
    expect([rung, slot.atMs]).toEqual([["early"], 20]);
    await fire(25);
    expect(rung).toEqual(["early", "late"]);
    expect(alarms.timeOf("late")).toBeNull();
  });

  it("ring again later where a handler failed, and let the others ring", async ({ expect }) => {
    const { alarms, slot, rung, fire } = bench();
    alarms.set({ early: 10, late: 11 });
    await fire(12, "early");
    expect([rung, slot.atMs]).toEqual([["early", "late"], 12 + RETRY_MS]);
    await fire(12 + RETRY_MS);
    expect(rung.at(-1)).toBe("early");
    expect(alarms.timeOf("early")).toBeNull();
  });

  it("are armed once for whatever their handlers set", async ({ expect }) => {
    const { alarms, slot, fire } = bench();
    alarms.set({ early: 10 });
    const { sets } = slot;
    await fire(10, undefined, () => {
      alarms.set({ late: 40 });
      alarms.set({ early: 30 });
    });
    expect(slot).toEqual({ atMs: 30, sets: sets + 1 });
  });

  it("arm the slot though what is told of them throws", async ({ expect }) => {
    const { alarms, slot, fire } = bench();
    alarms.set({ early: 10, late: 40 });
    await expect(fire(10, undefined, thrown)).rejects.toThrow("not told");
    expect(slot.atMs).toBe(40);
    await expect(
      alarms.fire(
        40,
        { early: thrown, late: thrown },
        { retryMs: RETRY_MS, onError: thrown, onDone: () => {} },
      ),
    ).rejects.toThrow("not told");
    expect(slot.atMs).toBe(40 + RETRY_MS);
  });
});
