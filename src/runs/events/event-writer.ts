/**
 * Tells what a run says: gathers small pieces of text, journals what comes in one turn of the event
 * loop together, and lets the readers hear of it once it is durable. One writer an object; its memory
 * holds a turn's events and the text of one window, which a crash may lose: the step that said it is
 * then unfinished and told anew.
 */
import type { RunEvent } from "../../domain/run-event";
import { STREAM } from "../../limits";
import type { Clock } from "../object/clock";
import type { AppendOptions, Journal } from "./journal";
import type { WindowLag } from "./window-lag";

type Delta = Extract<RunEvent, { type: "text-delta" | "reasoning-delta" | "function-call-delta" }>;

interface Coalescing {
  runId: string;
  deltas: Delta[];
  callOff: () => void;
}

export interface EventWriterParts {
  journal: Journal;
  clock: Clock;
  lag: WindowLag;
  /** Resolves once everything written so far is durable. */
  sync: () => Promise<void>;
  report: (message: string, error: unknown) => void;
  /** Hears that rows up to `n` may be told; about `chars` characters more than before. */
  onDurable: (n: number, chars: number) => void;
  /** Whether anybody listens. */
  isHeard: () => boolean;
  /** Writes the steps that were completed in this turn: behind its events, which they stand for. */
  writeSteps: () => void;
}

export class EventWriter {
  readonly #parts: EventWriterParts;
  /** Memory: text of the last few milliseconds, while its window is open. */
  #coalescing: Coalescing | null = null;
  /** Memory: since when text alone is told; null where something else came last. */
  #textSinceMs: number | null = null;
  /** Memory: this turn's events are written at its end. */
  #isScheduled = false;
  /** Memory: something waits to be written with what comes next. */
  #isLate = false;
  #isDropped = false;
  /** Memory: a wait for durability is under way; characters written since the last one. */
  #syncing = false;
  #pendingChars = 0;

  constructor(parts: EventWriterParts) {
    this.#parts = parts;
  }

  /**
   * Journals the event with this turn of the event loop, or a piece of text with its window's end.
   * @param options.isLate It may wait: see `scheduleLate`.
   */
  append(runId: string, event: RunEvent, options: AppendOptions & { isLate?: boolean } = {}): void {
    if (isDelta(event)) {
      this.#coalesce(runId, event);
      return;
    }
    this.drain();
    this.#textSinceMs = null;
    this.#journal(runId, event, options);
  }

  /** Ends the window: its text is journaled with this turn. */
  drain(): void {
    const coalescing = this.#close();
    for (const delta of coalescing?.deltas ?? []) {
      this.#journal(coalescing?.runId ?? "", delta);
    }
  }

  /** Writes all that has come together, now. */
  flush(): void {
    this.drain();
    this.write();
  }

  /** Writes what has come in this turn, but for the text whose window is open. */
  write(): void {
    this.#isLate = false;
    this.#parts.journal.write();
    this.#parts.writeSteps();
  }

  /** Has `write` called at the end of this turn. */
  schedule(): void {
    if (this.#isScheduled) {
      return;
    }
    this.#isScheduled = true;
    this.#parts.clock.soon(() => {
      this.#isScheduled = false;
      this.#writeAndPublish().catch((error: unknown) => {
        this.#parts.report("what a run tells could not be made durable", error);
      });
    });
  }

  /**
   * Has `write` called a moment later, when the request has left that the run is about to make: it waits
   * for all that is written before it. Where nobody listens, with what is written next.
   */
  scheduleLate(): void {
    if (this.#isLate || this.#isScheduled) {
      return;
    }
    this.#isLate = true;
    if (this.#parts.isHeard()) {
      this.#parts.clock.after(STREAM.lateMs, () => this.hasten());
    }
  }

  /** Somebody listens: ends the window, and has written what waits. */
  hasten(): void {
    this.drain();
    if (this.#isLate) {
      this.schedule();
    }
  }

  /** Forgets what is not written: the tables are about to go. */
  drop(): void {
    this.#isDropped = true;
    this.#close();
  }

  /** The first piece leaves at once and opens a window; what comes within it leaves with its end. */
  #coalesce(runId: string, delta: Delta): void {
    if (this.#coalescing !== null && this.#coalescing.runId !== runId) {
      this.flush();
    }
    if (this.#coalescing === null) {
      this.#textSinceMs ??= this.#parts.clock.now();
      this.#journal(runId, delta);
      this.#open(runId);
      return;
    }
    const { deltas } = this.#coalescing;
    // A place's own pieces keep their order, whatever other rows tell meanwhile.
    const last = deltas.findLast((other) => isSamePlace(other, delta));
    if (last !== undefined && isContinuedBy(last, delta)) {
      last.text += delta.text;
    } else {
      deltas.push({ ...delta });
    }
  }

  #open(runId: string): void {
    const { clock, lag } = this.#parts;
    const openedAtMs = clock.now();
    const windowMs = this.#windowMs(openedAtMs);
    const callOff = clock.after(windowMs, () => {
      const endedAtMs = clock.now();
      lag.note(Math.max(0, endedAtMs - openedAtMs - windowMs), endedAtMs);
      const said = this.#coalescing?.deltas.length !== 0;
      this.drain();
      if (said) {
        this.#open(runId);
      }
    });
    this.#coalescing = { runId, deltas: [], callOff };
    lag.enter();
  }

  /** The window that was open, if one was. */
  #close(): Coalescing | null {
    const coalescing = this.#coalescing;
    this.#coalescing = null;
    if (coalescing !== null) {
      coalescing.callOff();
      this.#parts.lag.leave();
    }
    return coalescing;
  }

  #windowMs(nowMs: number): number {
    const isYoung = nowMs - (this.#textSinceMs ?? nowMs) < STREAM.coalesceBrieflyMs;
    const wantedMs = isYoung ? STREAM.coalesceMs : STREAM.coalesceLongMs;
    return this.#parts.lag.stretched(wantedMs, nowMs);
  }

  #journal(
    runId: string,
    event: RunEvent,
    options: Parameters<EventWriter["append"]>[2] = {},
  ): void {
    const { journal, clock } = this.#parts;
    this.#pendingChars += journal.append(runId, event, clock.now(), options);
    if (options.isLate === true) {
      this.scheduleLate();
    } else {
      this.schedule();
    }
  }

  async #writeAndPublish(): Promise<void> {
    if (this.#isDropped) {
      return;
    }
    this.write();
    if (this.#syncing) {
      return;
    }
    const { journal, clock, sync, onDurable } = this.#parts;
    this.#syncing = true;
    try {
      for (let published = -1; published !== journal.writtenOffset(clock.now());) {
        const upTo = journal.writtenOffset(clock.now());
        const chars = this.#pendingChars;
        this.#pendingChars = 0;
        await sync();
        published = upTo;
        onDurable(published, chars);
      }
    } finally {
      this.#syncing = false;
    }
  }
}

function isDelta(event: RunEvent): event is Delta {
  return (
    event.type === "text-delta" ||
    event.type === "reasoning-delta" ||
    event.type === "function-call-delta"
  );
}

function isSamePlace({ place: one }: Delta, { place: other }: Delta): boolean {
  return (
    one.name === other.name &&
    one.row === other.row &&
    one.map?.iteration === other.map?.iteration &&
    one.map?.name === other.map?.name
  );
}

function isContinuedBy(one: Delta, next: Delta): boolean {
  if (one.type === "function-call-delta" && next.type === "function-call-delta") {
    return one.callId === next.callId;
  }
  return one.type === "text-delta" && next.type === "text-delta"
    ? one.refusal === next.refusal
    : one.type === next.type;
}
