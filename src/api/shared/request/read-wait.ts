/** How long a caller waits for an answer, which it may say by `Prefer: wait=N` (RFC 7240). */
import type { Context } from "hono";

import { WAIT } from "../../../limits";
import { SECOND_MS } from "../../../limits/units";
import { fail } from "../reply/fail";

const WAIT_PREFERENCE = /^wait\s*=\s*(?:"(?<quoted>[^"]*)"|(?<bare>[^\s"]*))$/i;
const SECONDS = /^\d{1,9}$/;

/** For the document of a call that waits. */
export const PREFER = {
  Prefer: `\`wait=N\`: answer after N seconds at the latest, ${WAIT.maxMs / SECOND_MS} at most and by default.`,
};

/**
 * Milliseconds, at most `WAIT.maxMs`; the reply then says so as `Preference-Applied`. Other
 * preferences are passed over, as the standard has it; a `wait` that is no number is refused.
 */
export function readWait(c: Context): number {
  const preferences = (c.req.header("Prefer") ?? "").split(/[,;]/).map((text) => text.trim());
  const [asked] = preferences.flatMap((text) => {
    const { quoted, bare } = WAIT_PREFERENCE.exec(text)?.groups ?? {};
    return quoted ?? bare ?? [];
  });
  if (asked === undefined) {
    return WAIT.maxMs;
  }
  if (!SECONDS.test(asked)) {
    const issues = [{ path: ["Prefer"], message: "wait must be a whole number of seconds" }];
    fail({ kind: "invalid", where: "header", issues });
  }
  const seconds = Math.min(Number(asked), WAIT.maxMs / SECOND_MS);
  c.header("Preference-Applied", `wait=${seconds}`);
  return seconds * SECOND_MS;
}
