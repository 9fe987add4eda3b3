/**
 * One large document at a time an isolate: its bytes, tables and text may take half of the memory that all
 * requests share. Small ones pass, and one that turns out to be large waits where it is.
 */
import { DOCUMENT } from "../limits";

/** A document in the line; those at its head are being read. */
interface Ticket {
  aliveMs: number;
}

/**
 * The isolate's line. Nobody resolves another one's promise, and who shows no life loses the place: the platform
 * may end a request between two steps, its `finally` included.
 */
class Line {
  readonly #places: number;
  #tickets: Ticket[] = [];

  constructor(places: number) {
    this.#places = places;
  }

  /** Whether the ticket is at the head; one that has lost its place queues anew. */
  isServed(ticket: Ticket, nowMs: number): boolean {
    ticket.aliveMs = nowMs;
    this.#tickets = this.#tickets.filter(
      ({ aliveMs }) => nowMs - aliveMs < DOCUMENT.placeMaxSilenceMs,
    );
    const at = this.#tickets.indexOf(ticket);
    const place = at === -1 ? this.#tickets.push(ticket) - 1 : at;
    return place < this.#places;
  }

  leave(ticket: Ticket): void {
    this.#tickets = this.#tickets.filter((other) => other !== ticket);
  }
}

const line = new Line(DOCUMENT.largeAtOnce);

/** What one document has of the isolate. */
export class ReadingPlace {
  readonly #signal: AbortSignal | undefined;
  readonly #ticket: Ticket = { aliveMs: 0 };
  #heartbeat: ReturnType<typeof setInterval> | null = null;

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
  }

  /**
   * Waits until no other large document is read, unless this one is small or has the place already.
   * Says whether it had to wait. Throws the signal's reason.
   */
  async enter(isLarge: boolean): Promise<boolean> {
    this.#signal?.throwIfAborted();
    if (!isLarge || this.#heartbeat !== null) {
      return false;
    }
    const beat = () => line.isServed(this.#ticket, Date.now());
    let hasWaited = false;
    while (!beat()) {
      hasWaited = true;
      await new Promise((resolve) => {
        setTimeout(resolve, DOCUMENT.placePollMs);
      });
      this.#signal?.throwIfAborted();
    }
    this.#heartbeat = setInterval(beat, DOCUMENT.placeMaxSilenceMs / 4);
    return hasWaited;
  }

  leave(): void {
    if (this.#heartbeat !== null) {
      clearInterval(this.#heartbeat);
    }
    line.leave(this.#ticket);
  }
}

/** Does the work on a document of this many bytes, alone with it where it is large. */
export async function withPlace<T>(
  bytes: number,
  signal: AbortSignal | undefined,
  work: (place: ReadingPlace, hasWaited: boolean) => Promise<T>,
): Promise<T> {
  const place = new ReadingPlace(signal);
  try {
    return await work(place, await place.enter(bytes > DOCUMENT.smallMaxBytes));
  } finally {
    place.leave();
  }
}
