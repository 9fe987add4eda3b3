/** Units of sizes, in bytes, and of times, in milliseconds. */
export const KIB = 1024;
export const MIB = 1024 * KIB;
/** A second. */
export const SECOND_MS = 1000;
/** A minute. */
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
/** A day of 24 hours: of UTC. */
export const DAY_MS = 24 * HOUR_MS;
