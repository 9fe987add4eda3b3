import { describe, it } from "vitest";

import type { RunEvent } from "../../src/domain/run-event";
import { STREAM } from "../../src/limits";
import { EventWriter } from "../../src/runs/events/event-writer";
import { Journal } from "../../src/runs/events/journal";
import { WindowLag } from "../../src/runs/events/window-lag";
import { RunTable } from "../../src/runs/queue/object-run-table";
import { PLACE } from "../support/coordinator";
import { ManualClock, settle } from "../support/manual-clock";
import { withStorage } from "../support/storage";

interface Bench {
  clock: ManualClock;
  writer: EventWriter;
  say: (text: string, row?: number) => void;
  journaled: () => RunEvent[];
  told: number[];
  /** Nothing is durable until the returned function is called. */
  holdDurability: () => () => void;
}

/** @param lagMs By so much every timer is late. */
function withTeller(
  test: (bench: Bench) => Promise<void>,
  lagMs = 0,
  lag = new WindowLag(),
  isHeard = () => true,
): Promise<void> {
  return withStorage(async (storage) => {
    const clock = new ManualClock();
    const table = new RunTable(storage.sql);
    table.insert("a", "last", 0);
    const journal = new Journal(storage.sql, table);
    const told: number[] = [];
    const startOffset = journal.lastOffset(clock.now());
    const onDurable = (n: number): void => void told.push(n - startOffset);
    let durable = Promise.resolve();
    const writer = new EventWriter({
      journal,
      clock: {
        now: clock.now,
        soon: clock.soon,
        after: (delayMs, call) => clock.after(delayMs + lagMs, call),
      },
      lag,
      sync: () => durable,
      report: () => {},
      isHeard,
      writeSteps: () => {},
      onDurable,
    });
    const holdDurability = (): (() => void) => {
      const gate = Promise.withResolvers<void>();
      durable = gate.promise;
      return () => {
        durable = Promise.resolve();
        gate.resolve();
      };
    };
    const say = (text: string, row = 0): void =>
      writer.append("a", { type: "text-delta", place: { ...PLACE, row }, text });
    const journaled = (): RunEvent[] => journal.events("a", ["text-delta", "action-reset"]);
    await test({ clock, writer, say, journaled, told, holdDurability });
  });
}

function texts(events: RunEvent[]): string[] {
  return events.map((event) => (event.type === "text-delta" ? event.text : event.type));
}

const WORDS = 100;

function late(writer: EventWriter): void {
  writer.append("a", { type: "action-reset", place: PLACE }, { isLate: true });
}

describe("the writer, of what may wait", () => {
  it("writes it a moment later where somebody listens", ({ expect }) =>
    withTeller(async ({ clock, writer, told }) => {
      late(writer);
      await settle();
      expect(told).toEqual([]);
      await clock.advance(STREAM.lateMs);
      expect(told).toEqual([1]);
    }));

  it("writes it with what comes next where nobody does, or once somebody listens", ({ expect }) =>
    withTeller(
      async ({ clock, writer, say, told }) => {
        late(writer);
        await clock.advance(60_000);
        expect(told).toEqual([]);
        say("a");
        await settle();
        expect(told).toEqual([2]);
        await clock.advance(STREAM.coalesceMs);
        late(writer);
        writer.hasten();
        await settle();
        expect(told).toEqual([2, 3]);
      },
      0,
      new WindowLag(),
      () => false,
    ));
});

describe("the writer", () => {
  it("lets the first piece go at once and gathers the next ones for one window", ({ expect }) =>
    withTeller(async ({ clock, say, journaled }) => {
      say("a");
      say("b");
      say("c");
      expect(texts(journaled())).toEqual(["a"]);
      await clock.advance(STREAM.coalesceMs);
      expect(texts(journaled())).toEqual(["a", "bc"]);
      say("d");
      expect(texts(journaled())).toEqual(["a", "bc"]);
      await clock.advance(STREAM.coalesceMs);
      await clock.advance(STREAM.coalesceMs);
      say("e");
      expect(texts(journaled())).toEqual(["a", "bc", "d", "e"]);
    }));

  it("gathers each row by itself and keeps their order", ({ expect }) =>
    withTeller(async ({ clock, say, journaled }) => {
      say("first");
      say("a", 1);
      say("b", 0);
      say("c", 1);
      await clock.advance(STREAM.coalesceMs);
      expect(texts(journaled())).toEqual(["first", "ac", "b"]);
    }));

  it.for([30, 3000])("writes less often while its windows end %i ms late", (lagMs, { expect }) =>
    withTeller(async ({ clock, say, journaled }) => {
      const forMs = 20 * STREAM.coalesceMaxMs;
      for (let ms = 0; ms < forMs; ms += STREAM.coalesceMs) {
        say(`${ms} `);
        await clock.advance(STREAM.coalesceMs);
      }
      const wantedMs = STREAM.coalesceMs + STREAM.coalesceLagFactor * lagMs;
      const windowMs = Math.min(wantedMs, STREAM.coalesceMaxMs) + lagMs;
      // The first piece, the first window, and the one that is open.
      expect(journaled().length).toBeLessThanOrEqual(3 + forMs / windowMs);
      expect(texts(journaled()).join("")).toMatch(/^0 40 80 120 /);
    }, lagMs),
  );

  it("begins as seldom as others of its isolate have learned to, and forgets that in seconds", async ({
    expect,
  }) => {
    const lag = new WindowLag();
    await withTeller(
      async ({ clock, say, journaled }) => {
        lag.note(STREAM.coalesceMaxMs, clock.now());
        say("a");
        say("b");
        await clock.advance(STREAM.coalesceMaxMs - 1);
        expect(texts(journaled())).toEqual(["a"]);
        await clock.advance(1);
        expect(texts(journaled())).toEqual(["a", "b"]);
        await clock.advance(20 * STREAM.lagHalvesMs);
        say("c");
        say("d");
        await clock.advance(STREAM.coalesceLongMs + 1);
        expect(texts(journaled())).toEqual(["a", "b", "c", "d"]);
      },
      0,
      lag,
    );
  });

  it("shares the isolate's windows with all texts that are told in it", async ({ expect }) => {
    const lag = new WindowLag();
    const others = 100;
    for (let n = 0; n < others; n += 1) {
      lag.enter();
    }
    const piecesIn = async (forMs: number): Promise<number> => {
      let written = 0;
      await withTeller(
        async ({ clock, say, writer, journaled }) => {
          for (let ms = 0; ms < forMs; ms += STREAM.coalesceMs) {
            say(`${ms} `);
            await clock.advance(STREAM.coalesceMs);
          }
          written = journaled().length;
          writer.drain();
        },
        0,
        lag,
      );
      return written;
    };
    const forMs = 8000;
    expect(await piecesIn(forMs)).toBeLessThanOrEqual(
      2 + forMs / (others * STREAM.coalesceShareMs),
    );
    for (let n = 0; n < others; n += 1) {
      lag.leave();
    }
    // Nothing of the text above is left open: alone it is told as before.
    const alone = 1 + STREAM.coalesceBrieflyMs / STREAM.coalesceMs;
    expect(await piecesIn(STREAM.coalesceBrieflyMs)).toBeGreaterThanOrEqual(alone - 2);
  });

  it.for([20, 50, 200])(
    "writes words that come at %i a second in at most a row a window",
    (perSecond, { expect }) =>
      withTeller(async ({ clock, say, journaled }) => {
        for (let word = 0; word < WORDS; word += 1) {
          say("word ");
          await clock.advance(1000 / perSecond);
        }
        await clock.advance(STREAM.coalesceMs);
        const windows = Math.ceil((WORDS * 1000) / perSecond / STREAM.coalesceMs);
        expect(journaled().length).toBeLessThanOrEqual(Math.min(WORDS, windows + 1));
        expect(texts(journaled()).join("")).toBe("word ".repeat(WORDS));
      }),
  );

  it("puts whatever else is told behind the text that was said before it", ({ expect }) =>
    withTeller(async ({ writer, say, journaled }) => {
      say("a");
      say("b");
      writer.append("a", { type: "action-reset", place: PLACE });
      expect(texts(journaled())).toEqual(["a", "b", "action-reset"]);
    }));

  it("tells nobody before it is durable, and then all of a turn at once", ({ expect }) =>
    withTeller(async ({ writer, told, holdDurability }) => {
      const release = holdDurability();
      writer.append("a", { type: "run-start", runId: "a" });
      writer.append("a", { type: "run-resume" });
      await settle();
      expect(told).toEqual([]);
      release();
      await settle();
      expect(told).toEqual([2]);
    }));
});
