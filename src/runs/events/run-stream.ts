/** The journal as readers read it: lines behind a number, asked of the tables once for all subscribers. */
import { STREAM } from "../../limits";
import type { Journal } from "./journal";
import type { Chunk, LineSource } from "./subscribers";

const encoder = new TextEncoder();

export class RunStream {
  readonly #journal: Journal;
  /** Memory: how far the journal may be told. What lies on disk when the object wakes is durable. */
  #durableOffset: number;
  /** Memory: what readers at the same place have just been given; forgotten with the next news. */
  readonly #recent = new Map<string, Chunk<number>>();

  constructor(journal: Journal, durableOffset: number) {
    this.#journal = journal;
    this.#durableOffset = durableOffset;
  }

  get durableOffset(): number {
    return this.#durableOffset;
  }

  advance(n: number): void {
    this.#durableOffset = n;
    this.#recent.clear();
  }

  of(runId: string): LineSource<number> {
    return { read: (after) => this.#read(runId, after) };
  }

  #read(runId: string, after: number): Chunk<number> {
    const key = `${after} ${runId}`;
    const known = this.#recent.get(key);
    if (known !== undefined) {
      return known;
    }
    const lines = this.#journal.lines(runId, after, this.#durableOffset, STREAM.replayChunkChars);
    const chunk = { bytes: encoder.encode(lines.text), next: lines.lastSeq, ended: lines.ended };
    if (this.#recent.size < STREAM.sharedChunks) {
      this.#recent.set(key, chunk);
    }
    return chunk;
  }
}
