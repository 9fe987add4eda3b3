import { describe, it } from "vitest";

import { RUN } from "../../src/limits";
import { alarmSlotOf } from "../../src/runs/object/object-dependencies";
import { RunMeter } from "../../src/runs/object/run-meter";
import { ManualClock } from "../support/manual-clock";

const HOUR_MS = 3_600_000;

function bench() {
  const clock = new ManualClock();
  /** Times that were written, null for an alarm that was taken off. */
  const written: (number | null)[] = [];
  const slot = alarmSlotOf(
    {
      setAlarm: async (at) => void written.push(Number(at) - startMs),
      deleteAlarm: async () => void written.push(null),
    },
    { meter: new RunMeter(), clock },
  );
  const startMs = clock.now();
  return { clock, written, set: (inMs: number) => slot.set(clock.now() + inMs), slot };
}

describe("the object's alarm", () => {
  it("rings earlier at once, and later only where nobody speaks for a moment", async ({
    expect,
  }) => {
    const { clock, written, set } = bench();
    set(RUN.watchMs);
    set(HOUR_MS);
    await clock.advance(RUN.alarmDelayMs / 2);
    set(RUN.watchMs);
    set(HOUR_MS);
    await clock.advance(RUN.alarmDelayMs / 2 - 1);
    expect(written).toEqual([RUN.watchMs]);
    await clock.advance(1);
    expect(written).toEqual([RUN.watchMs, RUN.alarmDelayMs / 2 + HOUR_MS]);
    set(RUN.watchMs);
    expect(written.at(-1)).toBe(RUN.alarmDelayMs + RUN.watchMs);
  });

  it("is written once for turns that follow each other until it rings", async ({ expect }) => {
    const { clock, written, set, slot } = bench();
    for (let turn = 0; turn < 10; turn += 1) {
      set(RUN.watchMs);
      await clock.advance(RUN.alarmDelayMs / 10);
      set(HOUR_MS);
      await clock.advance(RUN.alarmDelayMs / 10);
      set(RUN.watchMs);
    }
    expect(written).toEqual([RUN.watchMs]);
    slot.rang();
    set(HOUR_MS);
    expect(written).toHaveLength(2);
  });

  it("is not set again behind the object's end", async ({ expect }) => {
    const { clock, written, set, slot } = bench();
    set(RUN.watchMs);
    set(HOUR_MS);
    slot.clear();
    await clock.advance(HOUR_MS);
    expect(written).toEqual([RUN.watchMs, null]);
  });
});
