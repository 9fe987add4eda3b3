/** A transaction of the object's tables that also keeps what is remembered of them in step. */
import type { Journal } from "../events/journal";
import type { RunTable } from "../queue/object-run-table";

interface TransactionParts {
  storage: Pick<DurableObjectStorage, "transactionSync">;
  table: RunTable;
  journal: Journal;
}

/**
 * Runs `fn` in one transaction, which ends with what it has changed of runs. Where it throws, nothing
 * of it is left: neither rows nor what is remembered of them. The error is thrown on.
 */
export function transaction<T>({ storage, table, journal }: TransactionParts, fn: () => T): T {
  try {
    return storage.transactionSync(() => {
      table.begin();
      const done = fn();
      journal.write();
      table.commit();
      return done;
    });
  } catch (error) {
    table.dropMemory();
    journal.dropMemory();
    throw error;
  }
}
