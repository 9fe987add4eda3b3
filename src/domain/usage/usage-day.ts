/** What a project's runs came to, day by day. */
import { DAY_MS } from "../../limits/units";
import { type TimeCounts, countTimes, quantileOf } from "./time-histogram";

/** Runs that ended on one day, in UTC, however they ended. */
export interface UsageDay {
  /** `YYYY-MM-DD`. */
  day: string;
  runs: number;
  /** Of them, those that failed or passed their deadline. */
  errors: number;
  inputTokens: number;
  outputTokens: number;
  /** US dollars, of the models that have a price. */
  costUsd: number;
  /** From a run's acceptance, its time in the queue included, to the first piece that a model told. */
  firstTokenCounts: TimeCounts;
}

/** Days in UTC, both included: `YYYY-MM-DD`. */
export interface DayRange {
  from: string;
  to: string;
}

/** The day in UTC, as `2026-11-30`. */
export function dayOf(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10);
}

/** How many days the range holds: 0 or below where it ends before it begins. */
export function daysIn({ from, to }: DayRange): number {
  return (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
}

/** The last so many days up to `to`, which is one of them. */
export function lastDays(to: string, days: number): DayRange {
  return { from: dayOf(Date.parse(to) - (days - 1) * DAY_MS), to };
}

/** Each day of the range in order; those on which nothing ended as zeros. */
export function fillDays(range: DayRange, found: readonly UsageDay[]): UsageDay[] {
  const byDay = new Map(found.map((one) => [one.day, one]));
  return Array.from({ length: daysIn(range) }, (_, index) => {
    const day = dayOf(Date.parse(range.from) + index * DAY_MS);
    return byDay.get(day) ?? { ...NOTHING, day };
  });
}

const NOTHING = {
  runs: 0,
  errors: 0,
  inputTokens: 0,
  outputTokens: 0,
  costUsd: 0,
  firstTokenCounts: {},
};

/** How soon the first token came; `p50Ms` and `p95Ms` as `quantileOf` estimates them. */
export function firstTokenTimes({ firstTokenCounts }: UsageDay) {
  return {
    runs: countTimes(firstTokenCounts),
    p50Ms: quantileOf(firstTokenCounts, 0.5),
    p95Ms: quantileOf(firstTokenCounts, 0.95),
  };
}
