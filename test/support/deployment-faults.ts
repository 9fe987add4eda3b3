/** Faults that a deployment may have: the calls that each meets, what becomes of them, and what is said of it. */
import * as z from "zod";

import type { Cloudflare } from "../../scripts/deploy/cloudflare.ts";
import type { CloudflareAccount } from "./cloudflare-api.ts";
import type { Fate, Proxy } from "./meddling-proxy.ts";

interface Fault {
  step: string;
  asked: RegExp;
  fate: Fate;
  says: RegExp;
  hint: string;
}

const endedAs = (run: object) =>
  ({ answer: 200, body: JSON.stringify({ run_id: "r", run }) }) satisfies Fate;
const REFUSED: Fate = { answer: 503 };
const FAULTS: readonly Fault[] = [
  {
    step: "file up and down",
    asked: /^POST .*\/files$/,
    fate: REFUSED,
    says: /POST \/files: 503 .*Not now/,
    hint: "binding FILES names the bucket",
  },
  {
    step: "file up and down",
    asked: /^GET .*\/files\/.*\/content$/,
    fate: { answer: 200, body: "another file" },
    says: /the file is "another file", not "Bobbin was here/,
    hint: "The R2 bucket does not give back what it was given",
  },
  {
    step: "message",
    asked: /^POST .*\/messages$/,
    fate: REFUSED,
    says: /POST \/threads\/.*\/messages: 503/,
    hint: "The database does not give back what it was given",
  },
  {
    step: "message",
    asked: /^GET .*\/messages$/,
    fate: { answer: 200, body: '{"list":[]}' },
    says: /the messages is "", not "Hello"/,
    hint: "npx wrangler tail",
  },
  {
    step: "message",
    asked: /^GET .*\/messages$/,
    fate: { answer: 200, body: "{}" },
    says: /an answer is none of Bobbin's: list: /,
    hint: "npx wrangler tail",
  },
  {
    step: "run with code",
    asked: /^POST .*\/r$/,
    fate: endedAs({ status: { run: "failed" }, error: { code: "c", message: "no sandbox" } }),
    says: /the run failed: no sandbox/,
    hint: "WebAssembly with promises",
  },
  {
    step: "run with code",
    asked: /^POST .*\/a$/,
    fate: REFUSED,
    says: /POST \/p\/.*\/a: 503/,
    hint: "compatibility_date",
  },
  {
    step: "run with code",
    asked: /^POST .*\/r$/,
    fate: { answer: 200, body: "<html>" },
    says: /an answer is none of Bobbin's: /,
    hint: "npx wrangler tail",
  },
  {
    step: "cancel",
    asked: /^POST .*\/cancel$/,
    fate: REFUSED,
    says: /POST .*\/cancel: 503/,
    hint: "The thread's Durable Object does not answer",
  },
  {
    step: "cancel",
    asked: /^POST .*\/cancel$/,
    fate: endedAs({ status: { run: "succeeded" } }),
    says: /the run's end is "succeeded", not "cancelled"/,
    hint: "npx wrangler tail",
  },
];

/** The second run of the check is the one that streams. */
const BROKEN_STREAMS: readonly Pick<Fault, "fate" | "says">[] = [
  { fate: REFUSED, says: /POST .*\/r: 503/ },
  { fate: "cut", says: /the connection was cut/ },
  {
    fate: { answer: 200, body: 'data: {"type":"tokens"}\n\n' },
    says: /its last event is "tokens", not "final"/,
  },
  { fate: { answer: 200, body: 'data: {"type":"final"}\n\n' }, says: /a token is "false"/ },
];

export const DEPLOYMENT_FAULTS: readonly Fault[] = [
  ...FAULTS,
  ...BROKEN_STREAMS.map((fault) => ({
    ...fault,
    step: "stream",
    asked: /^POST .*\/r$/,
    hint: "Something between here and the Worker holds streams back",
  })),
];

/** Lets the proxy do to the fault's step what it says. */
export function breakStep(proxy: Proxy, { step, asked, fate }: Fault): void {
  let toPass = step === "stream" ? 1 : 0;
  proxy.decide = (call) => {
    if (!asked.test(call)) {
      return null;
    }
    toPass -= 1;
    return toPass < 0 ? fate : null;
  };
}

const Rows = z.object({
  result: z.array(z.object({ results: z.array(z.record(z.string(), z.unknown())) })),
});

/** Runs SQL as a deploy does, through the account's own API. */
export function queryOf({ url, id: accountId }: CloudflareAccount): Cloudflare["query"] {
  return async (databaseId, sql) => {
    const address = `${url}/accounts/${accountId}/d1/database/${databaseId}/query`;
    const reply = await fetch(address, { method: "POST", body: JSON.stringify({ sql }) });
    return Rows.parse(await reply.json()).result.at(-1)?.results ?? [];
  };
}
