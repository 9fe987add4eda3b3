/**
 * Wrong credentials by address. Each costs a look-up, or is a guess at the operator's secret: who
 * has sent too many is refused before anything is looked up, for the rest of the minute.
 */
import type { Context } from "hono";

import { KEY } from "../../../limits";
import type { AppEnv } from "../app-env";
import { fail } from "../reply/fail";
import { BoundedCache } from "./bounded-cache";

/** The period of the limit in wrangler.toml. */
const PERIOD_SECONDS = 60;
const PERIOD_MS = 1000 * PERIOD_SECONDS;

/** Memory of this isolate; the platform's counter is its location's. */
const refusedAddresses = new BoundedCache<true>(KEY.cacheMaxEntries, PERIOD_MS);

/** @param of What is guessed at: wrong keys do not close the operator's door, nor the other way round. */
export function refuseGuesser(c: Context<AppEnv>, of: "key" | "operator"): void {
  const address = addressOf(c);
  if (address !== null && refusedAddresses.get(`${of}/${address}`, Date.now()) === true) {
    fail({
      kind: "rate_limited",
      limit: Number(c.env.GUESS_RATE_LIMIT),
      retryAfterSeconds: PERIOD_SECONDS,
    });
  }
}

/** Counts one wrong credential. */
export async function countGuess(c: Context<AppEnv>, of: "key" | "operator"): Promise<void> {
  const address = addressOf(c);
  if (address === null || !(Number(c.env.GUESS_RATE_LIMIT) > 0)) {
    return;
  }
  const key = `${of}/${address}`;
  if (!(await c.env.GUESS_RATE.limit({ key })).success) {
    refusedAddresses.set(key, true, Date.now());
  }
}

/** As Cloudflare saw it; null where nothing stands in front, as on a laptop. */
function addressOf(c: Context<AppEnv>): string | null {
  const address = c.req.header("CF-Connecting-IP")?.trim() ?? "";
  return address === "" ? null : networkOf(address);
}

/** Of an IPv6 address the first 64 bits: who has one has them all. */
function networkOf(address: string): string {
  if (!address.includes(":")) {
    return address;
  }
  const [head = "", tail] = address.toLowerCase().split("::", 2);
  const groups = head.split(":").filter((group) => group !== "");
  const last = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - groups.length - last.length);
  const all = [...groups, ...Array.from({ length: zeros }, () => "0"), ...last];
  return `${all
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":")}::/64`;
}
