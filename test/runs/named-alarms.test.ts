import { describe, it } from "vitest";

import { NamedAlarms } from "../../src/runs/object/named-alarms";
import { withStorage } from "../support/storage";

type Name = "early" | "late";

interface Bench {
  alarms: NamedAlarms<Name>;
  slot: { atMs: number | null; sets: number };
  rung: string[];
  fire: (nowMs: number, failing?: Name) => Promise<void>;
}

function withAlarms(test: (bench: Bench) => Promise<void> | void): Promise<void> {
  return withStorage(async (storage) => {
    const slot: Bench["slot"] = { atMs: null, sets: 0 };
    const alarms = new NamedAlarms<Name>(storage.sql, {
      set: (atMs) => {
        slot.atMs = atMs;
        slot.sets += 1;
      },
      clear: () => {
        slot.atMs = null;
      },
    });
    const rung: string[] = [];
    const ring = (name: Name, failing?: Name) => () => {
      rung.push(name);
      if (name === failing) {
        throw new Error("cut off");
      }
    };
    const fire = (nowMs: number, failing?: Name) =>
      alarms.fire(
        nowMs,
        { early: ring("early", failing), late: ring("late", failing) },
        { retryMs: 7, onError: () => {} },
      );
    await test({ alarms, slot, rung, fire });
  });
}

describe("named alarms", () => {
  it("arm the object for the earliest of them", ({ expect }) =>
    withAlarms(({ alarms, slot }) => {
      alarms.set("late", 20);
      alarms.set("early", 10);
      expect(slot.atMs).toBe(10);
      alarms.clear("early");
      expect(slot.atMs).toBe(20);
      alarms.clear("late");
      expect(slot.atMs).toBeNull();
    }));

  it("write nothing where nothing changes", ({ expect }) =>
    withAlarms(({ alarms, slot }) => {
      alarms.set("early", 10);
      alarms.set("early", 10);
      alarms.setLatest("early", 11);
      alarms.clear("late");
      expect(slot.sets).toBe(1);
      alarms.setLatest("early", 9);
      expect(slot.atMs).toBe(9);
    }));

  it("ring those that are due, in the order of their times, and then are off", async ({ expect }) =>
    withAlarms(async ({ alarms, slot, rung, fire }) => {
      alarms.set("late", 20);
      alarms.set("early", 10);
      await fire(10);
      expect([rung, slot.atMs]).toEqual([["early"], 20]);
      await fire(25);
      expect([rung, slot.atMs]).toEqual([["early", "late"], null]);
    }));

  it("ring again later where a handler failed, and let the others ring", async ({ expect }) =>
    withAlarms(async ({ alarms, slot, rung, fire }) => {
      alarms.set("early", 10);
      alarms.set("late", 11);
      await fire(12, "early");
      expect([rung, slot.atMs]).toEqual([["early", "late"], 19]);
      await fire(19);
      expect([rung.at(-1), slot.atMs]).toEqual(["early", null]);
    }));

  it("stay set where their own handler sets them anew", async ({ expect }) =>
    withAlarms(async ({ alarms, slot }) => {
      alarms.set("early", 10);
      await alarms.fire(
        10,
        { early: () => alarms.set("early", 30), late: () => {} },
        { retryMs: 7, onError: () => {} },
      );
      expect(slot.atMs).toBe(30);
    }));
});
