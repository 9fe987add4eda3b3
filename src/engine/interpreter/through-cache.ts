import type { ActionContext, ActionKind, ActionResult } from "../actions/action";
import { settleOutput } from "./cells";
import { sha256Hex } from "./sha-256";

/** Config fields that ask for the cache or for telling, and do not change what comes out. */
const NOT_ASKED = new Set(["use_cache", "use_stream"]);

/**
 * The action's result, taken from an equal execution before where its `use_cache` asks for it. What
 * is told as it comes is neither taken from the cache nor kept in it, and no failure is kept.
 */
export async function throughCache(
  kind: ActionKind,
  context: ActionContext,
): Promise<ActionResult> {
  const key = await cacheKey(kind, context);
  if (key === null) {
    return kind.execute(context);
  }
  const { cache } = context.ports;
  const kept = await cache.read(key);
  if (kept !== null) {
    return { value: JSON.parse(kept), meta: { cached: true } };
  }
  const result = await kind.execute(context);
  if (result.isFailure === true) {
    return result;
  }
  const value = await settleOutput(result.value);
  await cache.put(key, JSON.stringify(value));
  return { ...result, value };
}

async function cacheKey(kind: ActionKind, context: ActionContext): Promise<string | null> {
  if (context.config["use_cache"] !== true || context.streams) {
    return null;
  }
  const request =
    kind.cacheRequest === undefined ? wholeRequest(context) : await kind.cacheRequest(context);
  return request === null ? null : sha256Hex(JSON.stringify([kind.type, request]));
}

function wholeRequest({ spec, config }: ActionContext): unknown {
  const asked = Object.entries(config).filter(([field]) => !NOT_ASKED.has(field));
  return [spec, Object.fromEntries(asked)];
}
