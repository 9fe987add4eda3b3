/** Who reads a large document while others want to. */
import { afterEach, beforeEach, describe, it, vi } from "vitest";

import { ReadingPlace, withPlace } from "../../src/documents/reading-place";
import { DOCUMENT } from "../../src/limits";

const LARGE = DOCUMENT.smallMaxBytes + 1;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  // First: a spy on a fake timer would outlive the real one's return.
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** Reads for so long; notes its beginning and its end. */
function reading(log: string[], name: string, bytes: number, signal?: AbortSignal) {
  return withPlace(bytes, signal, async () => {
    log.push(`${name} begins`);
    await new Promise((resolve) => {
      setTimeout(resolve, 1000);
    });
    log.push(`${name} ends`);
  });
}

describe("large documents", () => {
  it("are read one after the other, small ones beside them", async ({ expect }) => {
    const log: string[] = [];
    const all = Promise.all([
      reading(log, "first", LARGE),
      reading(log, "second", LARGE),
      reading(log, "small", DOCUMENT.smallMaxBytes),
    ]);
    await vi.advanceTimersByTimeAsync(3000);
    await all;
    expect(log.filter((line) => !line.startsWith("small"))).toEqual([
      "first begins",
      "first ends",
      "second begins",
      "second ends",
    ]);
    expect(log.indexOf("small begins")).toBeLessThan(log.indexOf("first ends"));
  });

  it("are waited for by one that turns out to be large", async ({ expect }) => {
    const [first, second] = [new ReadingPlace(undefined), new ReadingPlace(undefined)];
    expect([await second.enter(false), await first.enter(true)]).toEqual([false, false]);
    const entered = second.enter(true);
    await vi.advanceTimersByTimeAsync(100);
    first.leave();
    await vi.advanceTimersByTimeAsync(DOCUMENT.placePollMs);
    expect(await entered).toBe(true);
    expect(await second.enter(true)).toBe(false);
    second.leave();
  });

  it("lose their place where they show no life", async ({ expect }) => {
    // As the platform ends a request: no `finally` runs, and its timers are gone.
    vi.spyOn(globalThis, "setInterval").mockImplementationOnce(() => setTimeout(() => {}, 0));
    await new ReadingPlace(undefined).enter(true);
    const log: string[] = [];
    const second = reading(log, "second", LARGE);
    await vi.advanceTimersByTimeAsync(DOCUMENT.placeMaxSilenceMs / 2);
    expect(log).toEqual([]);
    await vi.advanceTimersByTimeAsync(DOCUMENT.placeMaxSilenceMs);
    await second;
    expect(log).toEqual(["second begins", "second ends"]);
  });

  it("keep their place for as long as they are read", async ({ expect }) => {
    const place = new ReadingPlace(undefined);
    await place.enter(true);
    const log: string[] = [];
    const second = reading(log, "second", LARGE);
    await vi.advanceTimersByTimeAsync(5 * DOCUMENT.placeMaxSilenceMs);
    expect(log).toEqual([]);
    place.leave();
    await vi.advanceTimersByTimeAsync(2000);
    await second;
    expect(log).toHaveLength(2);
  });

  it("are not waited for by one whose run was stopped", async ({ expect }) => {
    const place = new ReadingPlace(undefined);
    await place.enter(true);
    const controller = new AbortController();
    const log: string[] = [];
    const stopped = reading(log, "stopped", LARGE, controller.signal);
    const refused = expect(stopped).rejects.toThrow("stopped");
    controller.abort(new Error("stopped"));
    const next = reading(log, "next", LARGE);
    await vi.advanceTimersByTimeAsync(DOCUMENT.placePollMs);
    await refused;
    place.leave();
    await vi.advanceTimersByTimeAsync(2000);
    await next;
    expect(log).toEqual(["next begins", "next ends"]);
  });
});
