/**
 * Requests a minute, by the platform's own counters: per key, and per end user behind session tokens.
 * They cost no round trip and count for each of the platform's locations on its own.
 */
import type { Caller } from "../../../domain/access/caller";
import { fail } from "../reply/fail";

/** The period of both limits in wrangler.toml. */
const PERIOD_SECONDS = 60;

export async function limitRate(env: Env, caller: Caller): Promise<void> {
  const [binding, limit, key] =
    caller.kind === "key"
      ? [env.KEY_RATE, Number(env.KEY_RATE_LIMIT), caller.keyId]
      : [env.USER_RATE, Number(env.USER_RATE_LIMIT), `${caller.projectId}/${caller.endUserId}`];
  if (limit > 0 && !(await binding.limit({ key })).success) {
    fail({ kind: "rate_limited", limit, retryAfterSeconds: PERIOD_SECONDS });
  }
}
