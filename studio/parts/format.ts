const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const KIB = 1024;

const FULL = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "medium" });
const DAY = new Intl.DateTimeFormat("en", { dateStyle: "medium" });
const CLOCK = new Intl.DateTimeFormat("en", { timeStyle: "short" });
const COUNT = new Intl.NumberFormat("en");
const DOLLARS = new Intl.NumberFormat("en", {
  style: "currency",
  currency: "USD",
  maximumFractionDigits: 6,
});

export function fullTime(ms: number): string {
  return FULL.format(ms);
}

/** The clock alone where it was today. */
export function shortTime(ms: number, nowMs = Date.now()): string {
  const isToday = new Date(ms).toDateString() === new Date(nowMs).toDateString();
  return isToday ? CLOCK.format(ms) : `${DAY.format(ms)}, ${CLOCK.format(ms)}`;
}

export function duration(ms: number): string {
  if (ms < SECOND_MS) {
    return `${Math.round(ms)} ms`;
  }
  return ms < MINUTE_MS
    ? `${(ms / SECOND_MS).toFixed(1)} s`
    : `${Math.floor(ms / MINUTE_MS)} min ${Math.round((ms % MINUTE_MS) / SECOND_MS)} s`;
}

export function count(value: number): string {
  return COUNT.format(value);
}

/** Runs cost fractions of a cent. */
export function dollars(value: number): string {
  return DOLLARS.format(value);
}

export function bytes(value: number): string {
  if (value < KIB) {
    return `${value} B`;
  }
  return value < KIB * KIB
    ? `${(value / KIB).toFixed(1)} KiB`
    : `${(value / KIB / KIB).toFixed(1)} MiB`;
}

export function fromSeconds(seconds: number): number {
  return seconds * SECOND_MS;
}
