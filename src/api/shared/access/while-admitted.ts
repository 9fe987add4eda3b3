import type { Context } from "hono";

import type { Caller } from "../../../domain/access/caller";
import { STREAM } from "../../../limits";
import type { AppEnv } from "../app-env";
import { authenticate } from "./authenticate";

/**
 * The source for as long as the credential of the request is good: a stream that is opened with a key
 * or a token ends once that has expired or is revoked, within `STREAM.admittedMs` of the moment at
 * which a new request would be refused. The operator's secret changes with a deploy alone.
 */
export async function* whileAdmitted<Item>(
  c: Context<AppEnv>,
  source: AsyncGenerator<Item>,
): AsyncGenerator<Item> {
  const caller: Caller | undefined = c.var.caller;
  if (caller === undefined) {
    yield* source;
    return;
  }
  let askedMs = Date.now();
  for await (const item of source) {
    const nowMs = Date.now();
    if (nowMs - askedMs >= STREAM.admittedMs) {
      if (!(await authenticate(c)).ok) {
        return;
      }
      askedMs = nowMs;
    }
    yield item;
  }
}
