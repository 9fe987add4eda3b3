/** The numbers of projects, keys, tokens, quotas and usage. */
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "./units.ts";

export const PROJECT = {
  maxNameChars: 128,
} as const;

export const KEY = {
  maxNameChars: 128,
  /** How long an isolate trusts a key it has looked up: a revoked key is dead within this. */
  cacheMs: 30 * SECOND_MS,
  cacheMaxEntries: 10_000,
  /** The time of last use is written once a step and isolate, not once a request. */
  lastUsedStepMs: HOUR_MS,
  /** How long a replaced key stays good, unless the call says otherwise: a day to roll it out. */
  defaultOverlapSeconds: 24 * 60 * 60,
  maxOverlapSeconds: 30 * 24 * 60 * 60,
} as const;

export const TOKEN = {
  /** A day: longer lives are what a refresh by the customer's backend is for. */
  maxLifeSeconds: 24 * 60 * 60,
  defaultLifeSeconds: 60 * 60,
  /** Clocks of backends that mint on their own may run ahead this far. */
  clockSkewMs: MINUTE_MS,
  /** Fits an e-mail address, a UUID and most URNs. */
  maxEndUserChars: 256,
  maxTools: 32,
  /** How long the tokens of a replaced signing secret stay good, unless the call says otherwise. */
  defaultOverlapSeconds: 24 * 60 * 60,
  maxOverlapSeconds: 7 * 24 * 60 * 60,
} as const;

export const QUOTA = {
  /** Held for a model's reply whose config names no `max_tokens`: what most models give at most. */
  usualReplyTokens: 4096,
  /**
   * As long as more than this is left of the quota, such a reply is not cut off at the usual length: no
   * model gives more at once.
   */
  longestReplyTokens: 131_072,
  /** Of one reply, read or written: a provider that counts more counts wrongly. */
  usageMaxTokens: 4_000_000,
} as const;

/** Days of a project's usage that one call may ask for; `usage_days` keeps some more. */
export const USAGE = {
  defaultDays: 30,
  /** A leap year. */
  maxDays: 366,
} as const;
