/** What a call says of a thread at which a run is at work. */
import type { Context } from "hono";

import { CONFLICT_RULES, type ConflictRule } from "../../domain/run";
import type { AppEnv } from "../shared/app-env";
import { fail } from "../shared/reply/fail";

const CONFLICT_HEADER = "X-Bobbin-On-Conflict";

/** For the document. */
export const CONFLICT_HEADERS = {
  [CONFLICT_HEADER]:
    "What becomes of it where a run is at work on the thread: `queue`, `reject` and, of a run, `interrupt` or `rollback`.",
};

/** By the body or, for code that is not to be changed, by a header that its client always sends. */
export function readConflict(
  c: Context<AppEnv>,
  { on_conflict: said }: { on_conflict?: ConflictRule | null | undefined },
): ConflictRule {
  const rule = said ?? c.req.header(CONFLICT_HEADER) ?? "queue";
  return CONFLICT_RULES.find((one) => one === rule) ?? refuse();
}

function refuse(): never {
  const message = `must be one of ${CONFLICT_RULES.join(", ")}`;
  return fail({ kind: "invalid", where: "header", issues: [{ path: [CONFLICT_HEADER], message }] });
}
