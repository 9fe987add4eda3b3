/**
 * What a project may have and use. Threads, messages, files and bytes are what is there now; runs
 * are counted by the day and tokens by the month, in UTC.
 */
import { QUOTA } from "../../limits";
import type { RunConfig } from "../tool";

/** What a project's quotas count. */
export const COUNTERS = ["threads", "messages", "files", "bytes", "runs", "tokens"] as const;
/** One of `COUNTERS`. */
export type Counter = (typeof COUNTERS)[number];

/** The most of each; absent: as much as there is. */
export type Quotas = { [Name in Counter]?: number | undefined };

/** How much of one counter is used. */
export interface CounterUsage {
  used: number;
  /** What runs under way may still use; it is held against the quota until they have ended. */
  reserved: number;
  /** Null: as much as there is. */
  quota: number | null;
  /** Unix milliseconds at which the count begins anew; null for what is there now. */
  resetsAtMs: number | null;
}

/** The usage of every counter. */
export type ProjectUsage = Record<Counter, CounterUsage>;

/** The period of the counter at that moment, as the store names it, and its end. */
export function periodOf(
  counter: Counter,
  nowMs: number,
): { name: string; endsAtMs: number | null } {
  const now = new Date(nowMs);
  const [year, month, day] = [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()];
  switch (counter) {
    case "runs":
      return { name: now.toISOString().slice(0, 10), endsAtMs: Date.UTC(year, month, day + 1) };
    case "tokens":
      return { name: now.toISOString().slice(0, 7), endsAtMs: Date.UTC(year, month + 1, 1) };
    case "threads":
    case "messages":
    case "files":
    case "bytes":
      return { name: "", endsAtMs: null };
  }
}

/**
 * The tokens held against the quota when a run, a tool inside it or the iterations of a map begin: for
 * each action that asks a model the reply it may give at most (`max_tokens`, `max_completion_tokens`), or
 * a usual one where its config names neither. What its replies take beyond that is held reply by reply (`engine/chat/token-allowance`).
 * @param config The whole config of the run.
 */
export function tokensToReserve(config: RunConfig, rows: number): number {
  const replies = Object.values(config)
    .filter((block) => "max_tokens" in block)
    .map(({ max_tokens: ofOne, max_completion_tokens: ofAll }) => {
      const limits = [ofOne, ofAll].filter((most) => typeof most === "number");
      return limits.length === 0 ? QUOTA.usualReplyTokens : Math.min(...limits);
    });
  return rows * replies.reduce((sum, tokens) => sum + tokens, 0);
}
