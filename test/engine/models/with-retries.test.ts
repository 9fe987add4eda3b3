import { describe, it } from "vitest";

import { httpFailure } from "../../../src/engine/models/provider-failure";
import { withRetries, type Retry } from "../../../src/engine/models/with-retries";
import { MODEL } from "../../../src/limits";

function harness(random: number) {
  const retries: Retry[] = [];
  const slept: number[] = [];
  return {
    retries,
    slept,
    options: {
      clock: {
        now: () => 0,
        sleep: async (delayMs: number) => {
          slept.push(delayMs);
        },
      },
      signal: new AbortController().signal,
      onRetry: (retry: Retry) => retries.push(retry),
      random: () => random,
    },
  };
}

const busy = (retryAfterMs: number | null = null) =>
  httpFailure("p", { status: 503, message: "busy", retryAfterMs });

describe("withRetries", () => {
  it("tries three times more with growing pauses, then gives up with the last failure", async ({
    expect,
  }) => {
    const { options, retries, slept } = harness(1);
    let attempts = 0;
    const work = withRetries(options, async (number) => {
      attempts = number;
      throw busy();
    });
    await expect(work).rejects.toMatchObject({ code: "provider_error" });
    expect(attempts).toBe(1 + MODEL.maxRetries);
    expect(slept).toEqual([1000, 2000, 4000]);
    expect(retries.map(({ code, delayMs }) => [code, delayMs])).toEqual([
      ["provider_error", 1000],
      ["provider_error", 2000],
      ["provider_error", 4000],
    ]);
  });

  it("waits as long as the provider asks, and a little more", async ({ expect }) => {
    const { options, slept } = harness(0.5);
    const value = await withRetries(options, async (number) => {
      if (number === 1) {
        throw busy(7000);
      }
      return "there";
    });
    expect(value).toBe("there");
    expect(slept).toEqual([7500]);
  });

  it("does not try again where the provider asks for more than a minute", async ({ expect }) => {
    const { options, slept } = harness(0);
    await expect(
      withRetries(options, async () => {
        throw busy(MODEL.retryMaxMs + 1);
      }),
    ).rejects.toThrow("busy");
    expect(slept).toEqual([]);
  });

  it("does not try again what will not pass", async ({ expect }) => {
    const { options, slept } = harness(0);
    for (const failure of [
      httpFailure("p", { status: 400, message: "no" }),
      httpFailure("p", { status: 401, message: "no" }),
      httpFailure("p", { status: 404, message: "no" }),
      httpFailure("p", { status: 429, message: "no", canPass: false }),
      new Error("a bug"),
    ]) {
      await expect(
        withRetries(options, async () => {
          throw failure;
        }),
      ).rejects.toBe(failure);
    }
    expect(slept).toEqual([]);
  });
});
