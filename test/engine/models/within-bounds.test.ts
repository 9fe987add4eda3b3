import { describe, it } from "vitest";

import { withinBounds } from "../../../src/engine/models/within-bounds";
import { ManualClock } from "../../support/manual-clock";

const NEVER = new AbortController().signal;
const BOUNDS = { totalMs: 100, firstSignMs: 30, silenceMs: 10 };

describe("withinBounds", () => {
  it("gives what the attempt gives, and aborts its signal afterwards", async ({ expect }) => {
    const clock = new ManualClock();
    const run = new AbortController();
    let seen: AbortSignal | undefined;
    const value = await withinBounds("p", BOUNDS, clock, run.signal, async ({ signal }) => {
      seen = signal;
      return 7;
    });
    expect(value).toBe(7);
    expect(seen?.aborted).toBe(true);
    expect(run.signal.aborted).toBe(false);
  });

  it("ends an attempt that never begins, though it heeds no signal", async ({ expect }) => {
    const clock = new ManualClock();
    const outcome = withinBounds("p", BOUNDS, clock, NEVER, () => new Promise(() => {})).catch(
      (error: unknown) => error,
    );
    await clock.advance(30);
    expect(await outcome).toMatchObject({
      code: "provider_timeout",
      message: "p did not begin to answer within 0.03 s.",
    });
  });

  it("ends an attempt that falls silent, counted from its last sign", async ({ expect }) => {
    const clock = new ManualClock();
    const startedAtMs = clock.now();
    const outcome = withinBounds("p", BOUNDS, clock, NEVER, async ({ onProgress, signal }) => {
      await clock.sleep(25, signal);
      onProgress();
      await new Promise(() => {});
    }).catch((error: unknown) => ({ error, afterMs: clock.now() - startedAtMs }));
    await clock.advance(100);
    expect(await outcome).toMatchObject({
      error: { code: "provider_timeout", message: "p fell silent for 0.01 s in its answer." },
      afterMs: 35,
    });
  });

  it("ends an attempt that trickles when its total is up", async ({ expect }) => {
    const clock = new ManualClock();
    const outcome = withinBounds("p", BOUNDS, clock, NEVER, async ({ onProgress, signal }) => {
      for (;;) {
        await clock.sleep(9, signal);
        onProgress();
      }
    }).catch((error: unknown) => error);
    await clock.advance(100);
    expect(await outcome).toMatchObject({
      code: "provider_timeout",
      message: "p did not finish its answer within 0.1 s.",
    });
  });

  it("throws the reason of a stop, whatever the attempt makes of it", async ({ expect }) => {
    const clock = new ManualClock();
    const run = new AbortController();
    const stop = new Error("stopped");
    const attempt = withinBounds("p", BOUNDS, clock, run.signal, async ({ signal }) => {
      await clock.sleep(50, signal).catch(() => undefined);
      throw new Error("broke off");
    });
    run.abort(stop);
    await expect(attempt).rejects.toBe(stop);
  });

  it("does not begin once the run is stopped", async ({ expect }) => {
    let begun = false;
    const attempt = withinBounds("p", BOUNDS, new ManualClock(), AbortSignal.abort(), async () => {
      begun = true;
    });
    await expect(attempt).rejects.toThrow();
    expect(begun).toBe(false);
  });
});
