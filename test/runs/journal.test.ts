import { describe, it } from "vitest";

import type { NumberedEvent, RunEvent } from "../../src/domain/run-event";
import { JOURNAL, MEMORY } from "../../src/limits";
import { Journal } from "../../src/runs/events/journal";
import { RunTable } from "../../src/runs/queue/object-run-table";
import { PLACE } from "../support/coordinator";
import { withStorage } from "../support/storage";

const NOW_MS = 1_000_000;
const ALL = Number.MAX_SAFE_INTEGER;

function delta(text: string): RunEvent {
  return { type: "text-delta", place: PLACE, text };
}

const REPLY = { place: PLACE, n: 1, attempt: 1, messageId: null, atMs: NOW_MS };

interface Bench {
  journal: Journal;
  table: RunTable;
  storage: DurableObjectStorage;
}

function withJournal(test: (bench: Bench) => void): Promise<void> {
  return withStorage((storage) => {
    const table = new RunTable(storage.sql);
    table.insert("a", "last", 0);
    table.insert("b", "last", 0);
    const journal = new Journal(storage.sql, table);
    test({ storage, table, journal });
  });
}

/** As an object that wakes finds it. */
function reborn({ storage: { sql }, journal }: Bench): Journal {
  journal.write();
  return new Journal(sql, new RunTable(sql));
}

function read(journal: Journal, runId: string, after = 0, upToOffset = ALL): NumberedEvent[] {
  const { text } = journal.lines(runId, after, upToOffset, ALL);
  return text
    .split("\n")
    .flatMap((line): NumberedEvent[] => (line === "" ? [] : [JSON.parse(line)]));
}

/** Counts the rows that are read. */
function metered(sql: SqlStorage): { sql: SqlStorage; rows: () => number } {
  const cursors: { rowsRead: number }[] = [];
  return {
    rows: () => cursors.reduce((sum, { rowsRead }) => sum + rowsRead, 0),
    sql: {
      exec: (text, ...bindings) => {
        const cursor = sql.exec<never>(text, ...bindings);
        cursors.push(cursor);
        return cursor;
      },
      get databaseSize() {
        return sql.databaseSize;
      },
      Cursor: sql.Cursor,
      Statement: sql.Statement,
    },
  };
}

describe("a run that is polled, and attached to at its end", () => {
  it("costs the same rows with 10 000 events as with 10", ({ expect }) =>
    withStorage((storage) => {
      const { sql, rows } = metered(storage.sql);
      const table = new RunTable(sql);
      const journal = new Journal(sql, table);
      const costs = [10, 10_000].map((events) => {
        const runId = `of-${events}`;
        table.insert(runId, "last", 0);
        journal.append(runId, { type: "reply-start", ...REPLY }, NOW_MS);
        for (let told = 1; told < events; told += 1) {
          journal.append(runId, delta(`${told} `), NOW_MS);
          journal.write();
        }
        journal.steps(runId);
        const before = rows();
        journal.append(runId, delta("more"), NOW_MS);
        const [step] = journal.steps(runId);
        expect(step?.type === "message" && step.text.endsWith("more")).toBe(true);
        journal.events(runId, ["action-end"]);
        journal.chars(runId);
        const { seq } = journal.locate(runId, { after: events, weights: {} });
        expect(read(journal, runId, seq)).toHaveLength(1);
        return rows() - before;
      });
      expect(costs[1]).toBe(costs[0]);
    }));
});

describe("the journal", () => {
  it("reads nothing for pieces of text where the run has told none", ({ expect }) =>
    withStorage((storage) => {
      const { sql, rows } = metered(storage.sql);
      const table = new RunTable(sql);
      const journal = new Journal(sql, table);
      table.insert("a", "last", 0);
      const action = { type: "loop", name: "LOOP" } as const;
      for (let told = 0; told < 100; told += 1) {
        journal.append("a", { type: "action-start", action }, NOW_MS);
        journal.write();
      }
      const before = rows();
      expect(journal.events("a", ["reply-end", "text-delta"])).toEqual([]);
      expect(rows() - before).toBeLessThan(10);
      journal.append("a", delta("now"), NOW_MS);
      expect(journal.events("a", ["reply-end", "text-delta"])).toEqual([delta("now")]);
    }));

  it("numbers each run's events from 1 without gaps, whoever tells in between", ({ expect }) =>
    withJournal(({ journal }) => {
      for (const text of ["1", "2", "3"]) {
        journal.append("a", delta(text), NOW_MS);
        journal.append("b", delta(text), NOW_MS);
      }
      for (const runId of ["a", "b"]) {
        expect(read(journal, runId).map(({ seq }) => seq)).toEqual([1, 2, 3]);
        expect(read(journal, runId, 2).map(({ event }) => event)).toEqual([delta("3")]);
      }
    }));

  it("goes on counting after a death", ({ expect }) =>
    withJournal((bench) => {
      const { journal } = bench;
      journal.append("a", delta("1"), NOW_MS);
      const next = reborn(bench);
      next.append("a", delta("2"), NOW_MS);
      next.write();
      expect(read(next, "a").map(({ seq }) => seq)).toEqual([1, 2]);
    }));

  it("never gives a row's number twice, even after it has forgotten everything", ({ expect }) =>
    withJournal((bench) => {
      const { journal, table } = bench;
      journal.append("a", delta("1"), NOW_MS);
      journal.append("a", delta("2"), NOW_MS);
      const last = journal.lastOffset(NOW_MS);
      journal.write();
      journal.remove("a");
      table.remove("a");
      expect(reborn(bench).lastOffset(NOW_MS + 60_000)).toBeGreaterThan(last);
    }));

  it("leaves out what was told under the same key in an earlier attempt", ({ expect }) =>
    withJournal((bench) => {
      const { journal } = bench;
      expect(journal.append("a", delta("1"), NOW_MS, { dedupeKey: "key" })).toBeGreaterThan(0);
      expect(reborn(bench).append("a", delta("1"), NOW_MS, { dedupeKey: "key" })).toBe(0);
      expect(journal.append("b", delta("1"), NOW_MS, { dedupeKey: "key" })).toBeGreaterThan(0);
    }));

  it("keeps an event that is longer than a row, whole and under one number", ({ expect }) =>
    withJournal((bench) => {
      const { journal } = bench;
      const long = `${"👩".repeat(JOURNAL.rowMaxChars)}end`;
      journal.append("a", delta("before"), NOW_MS);
      journal.append("a", delta(long), NOW_MS);
      journal.append("a", delta("after"), NOW_MS);
      for (const reader of [journal, reborn(bench)]) {
        expect(read(reader, "a").map(({ event }) => event)).toEqual([
          delta("before"),
          delta(long),
          delta("after"),
        ]);
        expect(read(reader, "a", 2)).toHaveLength(1);
      }
      expect(journal.events("a", ["text-delta"])[1]).toEqual(delta(long));
      expect(read(journal, "a", 2)).toHaveLength(1);
    }));

  it("hands out no more than asked for at a time, and nothing that is not durable yet", ({
    expect,
  }) =>
    withJournal(({ journal }) => {
      for (let index = 0; index < 10; index += 1) {
        journal.append("a", delta("x".repeat(100)), NOW_MS);
      }
      const first = journal.lines("a", 0, ALL, 300);
      expect(first.lastSeq).toBeLessThan(10);
      expect(read(journal, "a", first.lastSeq)).toHaveLength(10 - first.lastSeq);
      expect(read(journal, "a", 0, journal.lastOffset(NOW_MS) - 4)).toHaveLength(6);
    }));

  it("says that the run has ended only to who has all of it", ({ expect }) =>
    withJournal(({ journal }) => {
      journal.append("a", delta("1"), NOW_MS);
      expect(journal.lines("a", 0, ALL, ALL).ended).toBe(false);
      journal.append("a", { type: "run-end", status: "succeeded", error: null }, NOW_MS);
      journal.close("a");
      journal.append("b", delta("1"), NOW_MS);
      const lastOffset = journal.lastOffset(NOW_MS);
      expect(journal.lines("a", 0, ALL, 1).ended).toBe(false);
      expect(journal.lines("a", 0, lastOffset - 2, ALL).ended).toBe(false);
      expect(journal.lines("a", 0, lastOffset, ALL).ended).toBe(true);
      expect(journal.lines("a", 2, lastOffset, ALL)).toMatchObject({ text: "", ended: true });
    }));

  it("holds a turn's events in one row, and hands out each from any place, to the last or to all", ({
    expect,
  }) =>
    withJournal((bench) => {
      const { journal, storage } = bench;
      for (let turn = 0; turn < 5; turn += 1) {
        for (const text of ["1", "2", "3"]) {
          journal.append("a", delta(`${turn}.${text}`), NOW_MS);
        }
        journal.append("b", delta(String(turn)), NOW_MS, { messageBarrier: turn });
        journal.write();
      }
      const count = "SELECT count(*) AS rows FROM events WHERE run_id = ?";
      expect(storage.sql.exec(count, "a").one()["rows"]).toBe(5);
      const whole = read(journal, "a");
      const start = journal.startOf("a", NOW_MS);
      for (const reader of [journal, reborn(bench)]) {
        for (let after = 0; after <= whole.length; after += 1) {
          expect(read(reader, "a", after)).toEqual(whole.slice(after));
        }
        for (let after = 0; after < 20; after += 1) {
          const entries = reader.entries(start + after, ALL, ALL);
          expect(entries.map(({ startOffset }) => startOffset - start)).toEqual(
            Array.from({ length: 20 - after }, (_, index) => after + index + 1),
          );
          expect(entries.at(-1)).toMatchObject({ runId: "b", seq: 5, messageBarrier: 4 });
        }
      }
    }));

  it("reads what was told last from memory, and the rest from the rows", ({ expect }) =>
    withJournal(({ journal, storage }) => {
      const text = "x".repeat(1000);
      const events = Math.ceil((2 * MEMORY.recentMaxChars) / text.length);
      for (let index = 0; index < events; index += 1) {
        journal.append("a", delta(text), NOW_MS);
        journal.write();
      }
      expect(read(journal, "a")).toHaveLength(events);
      storage.sql.exec("DELETE FROM events");
      expect(read(journal, "a", events - 10)).toHaveLength(10);
      expect(read(journal, "a")).toEqual([]);
    }));

  it("finds a reader's place in a numbering that counts events by weight", ({ expect }) =>
    withJournal(({ journal }) => {
      const end: RunEvent = { type: "action-end", action: { type: "chat", name: "A" }, cells: [] };
      for (const event of [delta("1"), end, delta("2")]) {
        journal.append("a", event, NOW_MS);
      }
      const weights = { "action-end": 2 };
      const located = [0, 1, 2, 3, 4, 9].map((after) => journal.locate("a", { after, weights }));
      expect(located.map(({ seq }) => seq)).toEqual([0, 1, 1, 2, 3, 3]);
      expect(located.map(({ told }) => told)).toEqual([0, 1, 1, 3, 4, 4]);
    }));
});
