/**
 * Languages, countries and time zones, judged by what the platform itself knows of them. Each
 * function gives the canonical form, or null for what is none.
 */

/** A BCP 47 tag such as `en`, `zh-Hant-TW`. */
export function readLanguage(text: string): string | null {
  try {
    const locale = new Intl.Locale(text);
    // Two letters are ISO 639-1, which the platform knows whole; of the 7 000 languages with three it knows some hundreds.
    const known = locale.language.length === 3 || languageNames.of(locale.language) !== undefined;
    return locale.language.length <= MAX_LANGUAGE_CHARS && known ? locale.toString() : null;
  } catch {
    return null;
  }
}

/** An ISO 3166-1 alpha-2 code such as `US`. */
export function readCountry(text: string): string | null {
  const code = text.toUpperCase();
  if (!/^[A-Z]{2}$/.test(code) || NO_COUNTRIES.has(code)) {
    return null;
  }
  // The platform names withdrawn codes too, but as what they have become.
  const isCurrent = new Intl.Locale(`und-${code}`).region === code;
  return isCurrent && regionNames.of(code) !== undefined ? code : null;
}

/** An IANA zone such as `America/New_York`, in its usual letters. An offset is no zone. */
export function readTimeZone(text: string): string | null {
  if (!/^[A-Za-z]/.test(text)) {
    return null;
  }
  try {
    const { timeZone } = new Intl.DateTimeFormat("en-US", { timeZone: text }).resolvedOptions();
    // A link such as `Asia/Kolkata` resolves to a name that its user may not know: it is kept.
    return timeZone.toLowerCase() === text.toLowerCase() ? timeZone : text;
  } catch {
    return null;
  }
}

export interface UtcOffset {
  /** `-05:00`. */
  text: string;
  minutes: number;
}

/** The offset in force in the zone at that moment, to the minute. */
export function utcOffset(timeZone: string, atMs: number): UtcOffset {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone,
    timeZoneName: "longOffset",
  }).formatToParts(atMs);
  const name = parts.find(({ type }) => type === "timeZoneName")?.value ?? "";
  const [, sign = "+", hours = "00", minutes = "00"] = OFFSET.exec(name) ?? [];
  const size = Number(hours) * MINUTES_PER_HOUR + Number(minutes);
  return { text: `${sign}${hours}:${minutes}`, minutes: sign === "-" && size > 0 ? -size : size };
}

/** `GMT-05:00`, and `GMT` alone where there is none. */
const OFFSET = /^GMT([+-])(\d\d):(\d\d)/;
const MINUTES_PER_HOUR = 60;

/** Longer primary subtags are reserved by BCP 47 or have never been given out. */
const MAX_LANGUAGE_CHARS = 3;

/** Two-letter regions that the platform names and ISO 3166-1 has not assigned. */
const NO_COUNTRIES = new Set([
  "AC",
  "CP",
  "CQ",
  "DG",
  "EA",
  "EU",
  "EZ",
  "IC",
  "QO",
  "TA",
  "UN",
  "XA",
  "XB",
  "XK",
  "ZZ",
]);

const languageNames = new Intl.DisplayNames("en", { type: "language", fallback: "none" });
const regionNames = new Intl.DisplayNames("en", { type: "region", fallback: "none" });
