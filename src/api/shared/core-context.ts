import type { Context } from "hono";

import type { CoreContext } from "../../core/context";
import { LOG } from "../../limits";
import { log } from "../../observability/log";
import { BoundedCache } from "./access/bounded-cache";
import type { AppEnv } from "./app-env";
import { roomToRead } from "./request/body-budget";

/** Memory of this isolate: runs whose cause the log has, however often they are asked for. */
const notedRuns = new BoundedCache<true>(LOG.notedRuns, LOG.notedForMs);

/** What the core's verbs are handed of this request. */
export function coreContext(c: Context<AppEnv>): CoreContext {
  const { requestId } = c.var;
  return {
    env: c.env,
    requestId,
    lookAhead: c.var.lookAhead,
    ownHost: new URL(c.req.url).host,
    findRoom: roomToRead(c),
    later: (work) => c.executionCtx.waitUntil(work),
    noteCause: ({ runId, code, message: cause }) => {
      c.set("hiddenRunId", runId);
      const nowMs = Date.now();
      if (notedRuns.get(runId, nowMs) === undefined) {
        notedRuns.set(runId, true, nowMs);
        log.error("a run failed whose caller is not told why", { requestId, runId, code, cause });
      }
    },
  };
}
