import { SECOND_MS } from "../../../limits/units";

/** Unix seconds, as published dialects tell times. */
export function toSeconds(timeMs: number): number {
  return Math.floor(timeMs / SECOND_MS);
}

/** Null where the time has not come. */
export function toSecondsOrNull(timeMs: number | null): number | null {
  return timeMs === null ? null : toSeconds(timeMs);
}
