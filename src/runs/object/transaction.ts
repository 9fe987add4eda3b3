/** A transaction of the object's tables that also keeps the journal's memory in step with them. */
import type { Journal } from "../events/journal";

/**
 * Runs `fn` in one transaction. Where it throws, nothing of it is left: neither rows nor what the
 * journal remembers of them. The error is thrown on.
 */
export function transaction<T>(
  storage: Pick<DurableObjectStorage, "transactionSync">,
  journal: Journal,
  fn: () => T,
): T {
  try {
    return storage.transactionSync(fn);
  } catch (error) {
    journal.dropMemory();
    throw error;
  }
}
