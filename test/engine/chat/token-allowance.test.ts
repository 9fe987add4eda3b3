/** A run spends no more of its project's quota than is there, however many replies it makes at once. */
import { describe, it } from "vitest";

import { TokenAllowance } from "../../../src/engine/chat/token-allowance";
import type { TokenHold } from "../../../src/engine/ports";
import { QUOTA } from "../../../src/limits";

/** A quota of so many tokens that this run alone uses, and how often it was asked. */
function quotaOf(most: number, held = 0) {
  const asked: number[] = [];
  let hold: TokenHold = { held, left: most - held };
  return {
    asked,
    quota: {
      hold: async (atLeast: number) => {
        asked.push(atLeast);
        const more = Math.max(0, Math.min(atLeast - hold.held, hold.left));
        hold = { held: hold.held + more, left: hold.left - more };
        return hold;
      },
    },
  };
}

const spending = (input: number, maxTokens: number | null) => ({
  inputTokens: () => input,
  maxTokens,
});
const using = (inputTokens: number, outputTokens: number) => ({
  usage: { inputTokens, outputTokens },
});

describe("a run's tokens", () => {
  it("are asked for once where there is no quota, and never again", async ({ expect }) => {
    let questions = 0;
    const tokens = new TokenAllowance({
      hold: async () => {
        questions += 1;
        return null;
      },
    });
    const given: (number | null)[] = [];
    for (const maxTokens of [null, 7, 1_000_000]) {
      await tokens.spend(spending(10, maxTokens), async (most) => {
        given.push(most);
        return using(10, 5);
      });
    }
    await tokens.expect(1000);
    expect({ given, questions }).toEqual({ given: [null, 7, 1_000_000], questions: 1 });
  });

  it("lower max_tokens to what is left, and refuse what does not fit", async ({ expect }) => {
    const tokens = new TokenAllowance(quotaOf(150).quota);
    const given: (number | null)[] = [];
    const reply = () =>
      tokens.spend(spending(10, 100), async (most) => {
        given.push(most);
        return using(10, most ?? 0);
      });
    await reply();
    await reply();
    await expect(reply()).rejects.toThrow(expect.objectContaining({ code: "quota_exceeded" }));
    expect(given).toEqual([100, 30]);
  });

  it("are shared by replies that are made at the same time, in one question", async ({
    expect,
  }) => {
    const { quota, asked } = quotaOf(1000);
    const tokens = new TokenAllowance(quota);
    let spent = 0;
    const outcomes = await Promise.allSettled(
      Array.from({ length: 64 }, () =>
        tokens.spend(spending(10, 50), async (most) => {
          await new Promise((resolve) => {
            setTimeout(resolve, 1);
          });
          spent += 10 + (most ?? 0);
          return using(10, most ?? 0);
        }),
      ),
    );
    expect(spent).toBe(1000);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(17);
    expect(asked).toEqual([64 * 60]);
  });

  it("come back where a reply was cheaper, and count where an earlier attempt spent them", async ({
    expect,
  }) => {
    const { quota, asked } = quotaOf(1000);
    const tokens = new TokenAllowance(quota);
    tokens.restore({ inputTokens: 100, outputTokens: 100 });
    for (let reply = 0; reply < 5; reply += 1) {
      await tokens.spend(spending(10, 90), async () => using(10, 10));
    }
    expect(asked).toEqual([300, 320, 340, 360, 380]);
  });

  it("are held for a whole tree before it is begun", async ({ expect }) => {
    const { quota, asked } = quotaOf(10_000);
    const tokens = new TokenAllowance(quota);
    await tokens.expect(640);
    await Promise.all(
      Array.from({ length: 10 }, () => tokens.spend(spending(4, 60), async () => using(4, 60))),
    );
    expect(asked).toEqual([640]);
  });

  it.for([
    { most: QUOTA.longestReplyTokens * 2, given: null },
    { most: QUOTA.longestReplyTokens, given: QUOTA.usualReplyTokens },
    { most: 100, given: 90 },
  ])(
    "cut a reply without max_tokens near the end of the quota: %o",
    async ({ most, given }, { expect }) => {
      const tokens = new TokenAllowance(quotaOf(most).quota);
      const seen = await tokens.spend(spending(10, null), async (maxTokens) => ({
        ...using(10, 1),
        maxTokens,
      }));
      expect(seen.maxTokens).toBe(given);
    },
  );

  it("fail the reply that asked where the store does, and go on", async ({ expect }) => {
    let fails = true;
    const tokens = new TokenAllowance({
      hold: async () => {
        if (fails) {
          fails = false;
          throw new Error("no store");
        }
        return null;
      },
    });
    const reply = () => tokens.spend(spending(1, null), async () => using(1, 1));
    await expect(reply()).rejects.toThrow("no store");
    expect(await reply()).toEqual(using(1, 1));
  });
});
