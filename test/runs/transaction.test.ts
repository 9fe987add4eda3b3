/**
 * Proves that a transaction which rolls back leaves the journal able to go on: the events of a run
 * whose first one was rolled back are seen by every reader, numbered without gaps.
 */
import { describe, it } from "vitest";

import type { RunEvent } from "../../src/domain/run-event";
import { EventWriter } from "../../src/runs/events/event-writer";
import { Journal } from "../../src/runs/events/journal";
import { WindowLag } from "../../src/runs/events/window-lag";
import { transaction } from "../../src/runs/object/transaction";
import { RunTable } from "../../src/runs/queue/object-run-table";
import { PLACE } from "../support/coordinator";
import { ManualClock, settle } from "../support/manual-clock";
import { withStorage } from "../support/storage";

const NOW_MS = 1_000_000;
const ALL = Number.MAX_SAFE_INTEGER;
const START: RunEvent = { type: "run-start", runId: "a" };

function delta(text: string): RunEvent {
  return { type: "text-delta", place: PLACE, text };
}

function lines(journal: Journal): string[] {
  return journal.lines("a", 0, ALL, ALL).text.split("\n").slice(0, -1);
}

interface Tables {
  storage: DurableObjectStorage;
  table: RunTable;
  journal: Journal;
}

function tablesIn(storage: DurableObjectStorage): Tables {
  const table = new RunTable(storage.sql);
  return { storage, table, journal: new Journal(storage.sql, table) };
}

function rolledBack(tables: Tables, work: () => void): void {
  try {
    transaction(tables, () => {
      work();
      throw new Error("does not commit");
    });
  } catch {
    // As the caller who tries again would.
  }
}

describe("a transaction that rolls back", () => {
  it("leaves the run's later events to be seen, in this life and the next", ({ expect }) =>
    withStorage((storage) => {
      const tables = tablesIn(storage);
      const { table, journal } = tables;
      table.insert("a", "last", 0);
      rolledBack(tables, () => {
        journal.append("a", START, NOW_MS, { dedupeKey: "run-start", messageBarrier: 7 });
      });
      journal.append("a", START, NOW_MS, { dedupeKey: "run-start" });
      journal.append("a", delta("1"), NOW_MS);
      const told = [
        { seq: 1, event: START },
        { seq: 2, event: delta("1") },
      ];
      journal.write();
      for (const reader of [journal, tablesIn(storage).journal]) {
        expect(lines(reader).map((line): unknown => JSON.parse(line))).toEqual(told);
      }
      expect(journal.lastBarrierOffset).toBe(0);
      expect(journal.lastOffset(NOW_MS)).toBe(NOW_MS + 2);
    }));

  it("gives the numbers of its rows to what is written after it", ({ expect }) =>
    withStorage((storage) => {
      const tables = tablesIn(storage);
      const { table, journal } = tables;
      table.insert("a", "last", 0);
      journal.append("a", START, NOW_MS);
      journal.write();
      rolledBack(tables, () => {
        journal.append("a", delta("lost"), NOW_MS);
        journal.append("a", delta("lost too"), NOW_MS);
      });
      journal.append("a", delta("kept"), NOW_MS);
      journal.write();
      expect(lines(journal).map((line): unknown => JSON.parse(line))).toEqual([
        { seq: 1, event: START },
        { seq: 2, event: delta("kept") },
      ]);
      expect(journal.lastOffset(NOW_MS)).toBe(NOW_MS + 2);
    }));

  it("lets nobody hear of rows that took its rows' numbers before they are durable", ({ expect }) =>
    withStorage(async (storage) => {
      const tables = tablesIn(storage);
      const { table, journal } = tables;
      table.insert("a", "last", 0);
      const clock = new ManualClock();
      const syncs: PromiseWithResolvers<void>[] = [];
      const told: number[] = [];
      const startOffset = journal.lastOffset(clock.now());
      const writer = new EventWriter({
        journal,
        clock,
        lag: new WindowLag(),
        sync: () => {
          const sync = Promise.withResolvers<void>();
          syncs.push(sync);
          return sync.promise;
        },
        report: () => {},
        isHeard: () => true,
        writeSteps: () => {},
        onDurable: (n) => void told.push(n - startOffset),
      });
      rolledBack(tables, () => writer.append("a", START));
      writer.append("a", START);
      await settle();
      expect(syncs).toHaveLength(1);
      expect(told).toEqual([]);
      syncs[0]?.resolve();
      await settle();
      expect(told).toEqual([1]);
    }));
});
