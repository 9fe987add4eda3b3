import type { Context } from "hono";

import type { CoreContext } from "../../core/context";
import type { AppEnv } from "./app-env";
import { log } from "./reply/log";

/** What the core's verbs are handed of this request. */
export function coreContext(c: Context<AppEnv>): CoreContext {
  const { requestId } = c.var;
  return {
    env: c.env,
    requestId,
    ownHost: new URL(c.req.url).host,
    later: (work) => c.executionCtx.waitUntil(work),
    noteCause: ({ runId, code, message: cause }) =>
      log.error("a run failed whose caller is not told why", { requestId, runId, code, cause }),
  };
}
