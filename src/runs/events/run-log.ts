/** What is known in memory of the events of one run: their kinds and where they lie, not what they say. */
import { StepBook } from "../../domain/runs/step-book";
import type { Kind, RowHead, RowRange } from "./journal-rows";

/** So many of them that where each lies is not kept. */
const PIECES: ReadonlySet<Kind> = new Set(["text-delta", "reasoning-delta", "function-call-delta"]);

export class RunLog {
  /** Of each event, from `seq` 1 on. */
  readonly kinds: Kind[] = [];
  readonly dedupeKeys = new Set<string>();
  /** UTF-16 units of all events' JSON. */
  chars = 0;
  /** The run's steps up to the event `bookedSeq`: for whoever asks how it is getting on, again and again. */
  readonly book = new StepBook();
  bookedSeq = 0;
  readonly #rows = new Map<Kind, RowRange[]>();

  /** The newest event's number. */
  get seq(): number {
    return this.kinds.length;
  }

  /** One event more. */
  add(kind: Kind, chars: number, dedupeKey: string | undefined): void {
    this.kinds.push(kind);
    this.chars += chars;
    if (dedupeKey !== undefined) {
      this.dedupeKeys.add(dedupeKey);
    }
  }

  /** One row more, as it was found. */
  addHead({ seq, kinds, dedupeKeys, chars, rows }: RowHead): void {
    this.chars += chars;
    for (const key of dedupeKeys) {
      this.dedupeKeys.add(key);
    }
    // A long event goes on in this row.
    const added = kinds.slice(this.seq - seq + 1);
    this.kinds.push(...added);
    for (const kind of kinds) {
      this.noteRows(kind, rows);
    }
  }

  /** An event of this kind lies there. */
  noteRows(kind: Kind, rows: RowRange): void {
    if (PIECES.has(kind)) {
      return;
    }
    const known = this.#rows.get(kind);
    if (known === undefined) {
      this.#rows.set(kind, [rows]);
    } else if (known.at(-1)?.[0] !== rows[0]) {
      known.push(rows);
    }
  }

  /** Where all events of these kinds lie; null where that is not known. */
  rowsOf(kinds: readonly Kind[]): RowRange[] | null {
    // A run that has told no piece is not read for them, which are events of megabytes where it is long.
    if (kinds.some((kind) => PIECES.has(kind) && this.kinds.includes(kind))) {
      return null;
    }
    const ranges = kinds.flatMap((kind) => this.#rows.get(kind) ?? []);
    return [...new Map(ranges.map((range) => [range[0], range])).values()].toSorted(
      (a, b) => a[0] - b[0],
    );
  }
}
