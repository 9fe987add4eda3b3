/**
 * Proves what guesses cost: a false checksum no look-up, a wrong credential of an address that has
 * sent too many neither. The counter itself is the platform's affair; here it allows three.
 */
import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import * as fc from "fast-check";
import { describe, it } from "vitest";

import { app } from "../../src/app";
import { mayBeApiKey, newApiKey } from "../../src/domain/access/api-key";
import { randomHex } from "../../src/domain/ids";
import { CountingDatabase } from "../support/counting-database";
import { makeProject } from "../support/project";
import { signByHand } from "../support/tokens";

const LIMIT = 3;
const ADMIN_KEY = "correct horse";

/** Sends the credentials one after the other from the address. */
async function flood(path: string, credentials: readonly string[], address: string | null) {
  const counting = new CountingDatabase(env.DB);
  const statuses: number[] = [];
  for (const credential of credentials) {
    const request = new Request(`https://bobbin.test${path}`, {
      headers: {
        Authorization: `Bearer ${credential}`,
        ...(address === null ? {} : { "CF-Connecting-IP": address }),
      },
    });
    const settings = { GUESS_RATE_LIMIT: String(LIMIT), ADMIN_KEY, DB: counting.database };
    const response = await app.fetch(request, { ...env, ...settings }, createExecutionContext());
    statuses.push(response.status);
  }
  return { statuses, roundTrips: counting.roundTrips };
}

const threads = "/api/sdk/threads";
const olderKeys = (count: number) => Array.from({ length: count }, () => `sk-${randomHex(20)}`);

/** Signed by nobody, each for another end user. */
function falseTokens(count: number): Promise<string[]> {
  const claims = { aud: "0".repeat(20), iat: 1, exp: 2, thread: "own", tools: [], verbs: [] };
  const header = { alg: "HS256", typ: "JWT", kid: "0".repeat(20) };
  return Promise.all(
    Array.from({ length: count }, (_, user) =>
      signByHand(header, { ...claims, sub: `${user}/${randomHex(4)}` }, "guessed"),
    ),
  );
}

describe("a key's checksum", () => {
  it("is right in every new key, and wrong with any one character changed", ({ expect }) => {
    fc.assert(
      fc.property(fc.nat(46), fc.constantFrom("a", "Z", "0", "9", "_", "-"), (place, char) => {
        const key = newApiKey();
        expect(mayBeApiKey(key)).toBe(true);
        const at = place + "sk-bob-".length;
        const typo = key.slice(0, at) + char + key.slice(at + 1);
        expect(mayBeApiKey(typo)).toBe(typo === key);
      }),
    );
  });

  it("is not asked of keys from before there was one, nor of the local one", ({ expect }) => {
    expect([...olderKeys(2), "sk-dev"].map(mayBeApiKey)).toEqual([true, true, true]);
    const wrong = ["sk-", "sk-never", `sk-${"x".repeat(39)}`, `sk-${"x".repeat(41)}`, "sk-bob-"];
    expect(wrong.map(mayBeApiKey)).toEqual(wrong.map(() => false));
  });

  it("keeps a flood of wrong keys away from D1, whatever its addresses", async ({ expect }) => {
    const guesses = Array.from({ length: 500 }, () => {
      const key = newApiKey();
      return `${key.slice(0, -1)}${key.endsWith("0") ? "1" : "0"}`;
    });
    const { statuses, roundTrips } = await flood(threads, guesses, null);
    expect(new Set(statuses)).toEqual(new Set([401]));
    expect(roundTrips).toBe(0);
  });
});

describe("an address that sends wrong credentials", () => {
  it.for<[string, () => Promise<string[]> | string[]]>([
    ["older keys", () => olderKeys(500)],
    ["keys with a checksum", () => Array.from({ length: 500 }, newApiKey)],
    ["made-up tokens", () => falseTokens(500)],
  ])("costs no look-up beyond the limit: %s", async ([name, guesses], { expect }) => {
    const address = `192.0.2.${name.length}`;
    const { statuses, roundTrips } = await flood(threads, await guesses(), address);
    // The limit's own, and the one that passed it.
    expect(roundTrips).toBe(LIMIT + 1);
    expect(statuses.filter((status) => status === 401)).toHaveLength(LIMIT + 1);
    expect(new Set(statuses.slice(LIMIT + 1))).toEqual(new Set([429]));
  });

  it("does not stop a key that is in use there, nor other addresses", async ({ expect }) => {
    const { key } = await makeProject();
    const address = "198.51.100.7";
    expect((await flood(threads, [key], address)).statuses).toEqual([200]);
    await flood(threads, olderKeys(LIMIT + 1), address);
    const after = await flood(threads, [key, ...olderKeys(1)], address);
    expect(after.statuses).toEqual([200, 429]);
    expect((await flood(threads, olderKeys(1), "198.51.100.8")).statuses).toEqual([401]);
  });

  it("is the whole network of 64 bits where it is IPv6", async ({ expect }) => {
    const spellings = ["2001:db8::1", "2001:0db8:0:0:1::2", "2001:DB8:0:0::3", "2001:db8::4:0:5"];
    for (const address of spellings) {
      await flood(threads, olderKeys(1), address);
    }
    expect((await flood(threads, olderKeys(1), "2001:db8::ffff")).statuses).toEqual([429]);
    expect((await flood(threads, olderKeys(1), "2001:db8:0:1::1")).statuses).toEqual([401]);
  });

  it("is refused at /admin too, then even with the right secret, which others use on", async ({
    expect,
  }) => {
    const projects = "/admin/projects";
    const guesses = Array.from({ length: LIMIT + 1 }, (_, index) => `guess ${index}`);
    const guessed = await flood(projects, [...guesses, ADMIN_KEY], "203.0.113.5");
    expect(guessed.statuses).toEqual([...guesses.map(() => 401), 429]);
    expect((await flood(projects, [ADMIN_KEY], "203.0.113.6")).statuses).toEqual([200]);
    expect((await flood(threads, olderKeys(1), "203.0.113.5")).statuses).toEqual([401]);
  });
});
