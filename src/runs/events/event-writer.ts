/**
 * Tells what a run says: gathers small pieces of text, journals, and lets the readers hear of it once
 * it is durable. One writer an object; its memory holds at most `STREAM.coalesceMs` of text, which a
 * crash may lose: the step that said it is then unfinished and told anew.
 */
import type { RunEvent } from "../../domain/run-event";
import { STREAM } from "../../limits";
import type { Clock } from "../object/clock";
import type { AppendOptions, Journal } from "./journal";

type Delta = Extract<RunEvent, { type: "text-delta" | "reasoning-delta" | "function-call-delta" }>;

interface Coalescing {
  runId: string;
  deltas: Delta[];
  callOff: () => void;
}

export interface EventWriterParts {
  journal: Journal;
  clock: Clock;
  /** Resolves once everything written so far is durable. */
  sync: () => Promise<void>;
  report: (message: string, error: unknown) => void;
  /** Hears that rows up to `n` may be told; about `chars` characters more than before. */
  onDurable: (n: number, chars: number) => void;
}

export class EventWriter {
  readonly #parts: EventWriterParts;
  /** Memory: text of the last few milliseconds, while its window is open. */
  #coalescing: Coalescing | null = null;
  /** Memory: a wait for durability is under way; characters written since the last one. */
  #syncing = false;
  #pendingChars = 0;

  constructor(parts: EventWriterParts) {
    this.#parts = parts;
  }

  /** Journals the event now, or with its window's end where it is a piece of text. */
  append(runId: string, event: RunEvent, options: AppendOptions = {}): void {
    if (isDelta(event)) {
      this.#coalesce(runId, event);
      return;
    }
    this.flush();
    this.#write(runId, event, options);
  }

  /** Journals what is gathered. */
  flush(): void {
    const coalescing = this.#coalescing;
    this.#coalescing = null;
    coalescing?.callOff();
    for (const delta of coalescing?.deltas ?? []) {
      this.#write(coalescing?.runId ?? "", delta);
    }
  }

  /** Forgets what is gathered: its run is gone. */
  drop(): void {
    this.#coalescing?.callOff();
    this.#coalescing = null;
  }

  /** The first piece leaves at once and opens a window; what comes within it leaves with its end. */
  #coalesce(runId: string, delta: Delta): void {
    if (this.#coalescing !== null && this.#coalescing.runId !== runId) {
      this.flush();
    }
    if (this.#coalescing === null) {
      this.#write(runId, delta);
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
    const callOff = this.#parts.clock.after(STREAM.coalesceMs, () => {
      const said = this.#coalescing?.deltas.length !== 0;
      this.flush();
      if (said) {
        this.#open(runId);
      }
    });
    this.#coalescing = { runId, deltas: [], callOff };
  }

  #write(runId: string, event: RunEvent, options: AppendOptions = {}): void {
    const { journal, clock } = this.#parts;
    const chars = journal.append(runId, event, clock.now(), options);
    if (chars > 0) {
      this.#pendingChars += chars;
      this.#advanceDurable().catch((error: unknown) => {
        this.#parts.report("what a run tells could not be made durable", error);
      });
    }
  }

  async #advanceDurable(): Promise<void> {
    if (this.#syncing) {
      return;
    }
    const { journal, clock, sync, onDurable } = this.#parts;
    this.#syncing = true;
    try {
      for (let told = -1; told !== journal.lastOffset(clock.now());) {
        const upTo = journal.lastOffset(clock.now());
        const { rollbacks } = journal;
        const chars = this.#pendingChars;
        this.#pendingChars = 0;
        await sync();
        // Rows that were rolled back meanwhile left their numbers to others, which are not durable yet.
        if (journal.rollbacks === rollbacks) {
          told = upTo;
          onDurable(told, chars);
        }
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
  return one.type === "function-call-delta" && next.type === "function-call-delta"
    ? one.callId === next.callId
    : one.type === next.type;
}
