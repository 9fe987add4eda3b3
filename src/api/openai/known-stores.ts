import type { Context } from "hono";

import { checkKnowledge } from "../../core/knowledge";
import type { AppEnv } from "../shared/app-env";
import { coreContext } from "../shared/core-context";
import { fail } from "../shared/reply/fail";

/**
 * Refuses stores that there are not, and all that a session token names: they are for keys.
 *
 * @param at Of the object in the body that has the `tool_resources`.
 */
export async function checkStores(
  c: Context<AppEnv>,
  names: readonly string[] | null | undefined,
  at: readonly string[] = [],
): Promise<void> {
  const failure = await checkKnowledge(c.var.caller, coreContext(c), names ?? []);
  if (failure !== null) {
    fail(
      failure.kind === "closed_to_tokens"
        ? { ...failure, path: [...at, "tool_resources", "file_search", "vector_store_ids"] }
        : failure,
    );
  }
}
