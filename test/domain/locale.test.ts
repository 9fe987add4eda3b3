import { describe, it } from "vitest";

import { readCountry, readLanguage, readTimeZone, utcOffset } from "../../src/domain/locale";

const MINUTE_MS = 60_000;
const JANUARY = Date.UTC(2026, 0, 15, 12);
const JULY = Date.UTC(2026, 6, 15, 12);

describe("languages", () => {
  it.for([
    ["en", "en"],
    ["EN-us", "en-US"],
    ["zh-hant-tw", "zh-Hant-TW"],
    ["de-CH-1996", "de-CH-1996"],
    ["yue", "yue"],
  ])("knows %s as %s", ([given, canonical], { expect }) => {
    expect(readLanguage(given ?? "")).toBe(canonical);
  });

  it.for(["", "e", "xx", "en_US", "english", "x-private", "en--US", "日本語"])(
    "refuses %j",
    (text, { expect }) => {
      expect(readLanguage(text)).toBeNull();
    },
  );
});

describe("countries", () => {
  it("knows the 249 codes of ISO 3166-1 and no other pair of letters", ({ expect }) => {
    const letters = Array.from({ length: 26 }, (_, index) => String.fromCharCode(65 + index));
    const pairs = letters.flatMap((first) => letters.map((second) => first + second));
    expect(pairs.filter((pair) => readCountry(pair) !== null)).toHaveLength(249);
  });

  it("takes small letters, and refuses names, regions and withdrawn codes", ({ expect }) => {
    expect(readCountry("de")).toBe("DE");
    for (const text of ["EU", "UK", "SU", "AN", "ZZ", "419", "USA", "Germany", ""]) {
      expect(readCountry(text), text).toBeNull();
    }
  });
});

describe("time zones", () => {
  it("keeps the name that was given, in its usual letters", ({ expect }) => {
    expect(readTimeZone("america/new_york")).toBe("America/New_York");
    expect(readTimeZone("Asia/Kolkata")).toBe("Asia/Kolkata");
    expect(readTimeZone("UTC")).toBe("UTC");
  });

  it.for(["", "+05:30", "-0500", "Mars/Olympus", "America", "New York"])(
    "refuses %j",
    (text, { expect }) => {
      expect(readTimeZone(text)).toBeNull();
    },
  );

  it("tells the offset in force on either side of daylight saving", ({ expect }) => {
    expect(utcOffset("America/New_York", JANUARY)).toEqual({ text: "-05:00", minutes: -300 });
    expect(utcOffset("America/New_York", JULY)).toEqual({ text: "-04:00", minutes: -240 });
    expect(utcOffset("Asia/Kolkata", JULY)).toEqual({ text: "+05:30", minutes: 330 });
    expect(utcOffset("UTC", JULY)).toEqual({ text: "+00:00", minutes: 0 });
  });

  it("tells for every zone of the platform the minutes between its wall clock and UTC", ({
    expect,
  }) => {
    for (const zone of Intl.supportedValuesOf("timeZone")) {
      for (const moment of [JANUARY, JULY]) {
        expect(utcOffset(zone, moment).minutes, zone).toBe(minutesByWallClock(zone, moment));
      }
    }
  });

  it("changes at the very second at which the clocks do", ({ expect }) => {
    // Europe moves its clocks at 01:00 UTC on the last Sunday of March.
    const change = Date.UTC(2026, 2, 29, 1);
    expect(utcOffset("Europe/Berlin", change - 1).text).toBe("+01:00");
    expect(utcOffset("Europe/Berlin", change).text).toBe("+02:00");
  });
});

function minutesByWallClock(timeZone: string, atMs: number): number {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
  }).formatToParts(atMs);
  const read = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  const wall = Date.UTC(read("year"), read("month") - 1, read("day"), read("hour"), read("minute"));
  return (wall - atMs) / MINUTE_MS;
}
