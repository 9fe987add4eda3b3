/**
 * What the isolates of a workerd hold, as V8 tells it at each collection. A process says too much: the
 * simulated R2 and D1 are isolates beside the Worker's, and what a process was once given it keeps.
 */

/**
 * For V8. A small nursery has it collect, and tell, every megabyte.
 * @param heapMb JavaScript's own heap, of each isolate.
 */
export function tracingFlags(heapMb: number): string {
  return `--max-heap-size=${heapMb} --max-semi-space-size=1 --trace-gc --trace-gc-verbose`;
}

/** MB of one isolate, in all, not above what it holds at rest. */
export interface Held {
  /** Pages that the heap has taken, garbage included. */
  heap: number;
  /** Bytes of array buffers, which are outside of the heap and within what an isolate may have. */
  bytes: number;
  /** The most that both came to at one collection. */
  sum: number;
}

const COLLECTION =
  /^\[\d+:(0x[0-9a-f]+)\] +\d+ ms: [^(]*(?:\([^)]*\) )?[\d.]+ \(([\d.]+)\) -> [\d.]+ \(/;
const BYTES = /^\[\d+:(0x[0-9a-f]+)\] Backing store memory: +(\d+) KB/;
const KB = 1024;

/** Takes the lines of a workerd that runs with `tracingFlags`. */
export class IsolateMemory {
  readonly #heaps = new Map<string, number>();
  #most: Held = { heap: 0, bytes: 0, sum: 0 };

  readonly add = ({ message }: { message: string }): void => {
    for (const line of message.split("\n")) {
      this.#addLine(line);
    }
  };

  /** Of whichever isolate held most since it was last asked, so that of the Worker's or more. */
  take(): Held {
    const most = this.#most;
    this.#most = { heap: 0, bytes: 0, sum: 0 };
    return most;
  }

  #addLine(line: string): void {
    const [, collected, heap] = COLLECTION.exec(line) ?? [];
    if (collected !== undefined) {
      this.#heaps.set(collected, Number(heap));
      return;
    }
    const [, isolate, kilobytes] = BYTES.exec(line) ?? [];
    if (isolate !== undefined) {
      const held = this.#heaps.get(isolate) ?? 0;
      const bytes = Number(kilobytes) / KB;
      this.#most = {
        heap: Math.max(this.#most.heap, held),
        bytes: Math.max(this.#most.bytes, bytes),
        sum: Math.max(this.#most.sum, held + bytes),
      };
    }
  }
}
