/**
 * Streams are opened a few at a time for each caller. An isolate has one thread, which goes round all that is
 * under way: six hundred at once are opened no sooner than in turn, and whoever comes then with one request
 * would wait for all of them at each of its steps.
 *
 * Nobody resolves another one's promise, and a place is nobody's for long: the platform may end a request
 * between two steps, and one that waits for a model's first word needs no thread.
 */
import type { Caller } from "../../../domain/access/caller";
import { STREAM } from "../../../limits";

interface Opening {
  /** When it last asked for its turn. */
  seenMs: number;
  /** When its turn came; null while it waits. */
  turnMs: number | null;
  /** How long its turn is at most. */
  lastsMs: number;
}

export class OpeningLines {
  /** Memory of this isolate: by whose share of the streams it is. */
  readonly #lines = new Map<string, Opening[]>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Whether the caller would wait for its turn. */
  isFull(caller: Caller): boolean {
    const nowMs = this.#now();
    const line = this.#lines.get(nameOf(caller)) ?? [];
    return line.filter((opening) => isThere(opening, nowMs)).length >= STREAM.openedAtOnce;
  }

  /**
   * Waits for the caller's turn, and does the work in it.
   * @param lastsMs The next one's turn comes then, be the work done or not.
   */
  async inTurn<Result>(
    caller: Caller | undefined,
    work: () => Promise<Result>,
    lastsMs: number = STREAM.openingTurnMs,
  ): Promise<Result> {
    if (caller === undefined) {
      return work();
    }
    const name = nameOf(caller);
    const opening: Opening = { seenMs: 0, turnMs: null, lastsMs };
    let ahead = this.#ahead(name, opening);
    while (ahead >= STREAM.openedAtOnce) {
      await pauseMs(STREAM.openingPollMs * Math.ceil(ahead / STREAM.openedAtOnce));
      ahead = this.#ahead(name, opening);
    }
    opening.turnMs = this.#now();
    try {
      return await work();
    } finally {
      this.#leave(name, opening);
    }
  }

  /** How many of the line are before it; it joins the line where it is not there. */
  #ahead(name: string, opening: Opening): number {
    const nowMs = this.#now();
    opening.seenMs = nowMs;
    const line = (this.#lines.get(name) ?? []).filter((other) => isThere(other, nowMs));
    const at = line.indexOf(opening);
    const ahead = at === -1 ? line.push(opening) - 1 : at;
    this.#lines.set(name, line);
    return ahead;
  }

  #leave(name: string, opening: Opening): void {
    const left = (this.#lines.get(name) ?? []).filter((other) => other !== opening);
    if (left.length === 0) {
      this.#lines.delete(name);
    } else {
      this.#lines.set(name, left);
    }
  }
}

function isThere({ seenMs, turnMs, lastsMs }: Opening, nowMs: number): boolean {
  return turnMs === null ? nowMs - seenMs < STREAM.openingMaxSilenceMs : nowMs - turnMs < lastsMs;
}

/** Of an end user, or of a project's keys together. */
function nameOf(caller: Caller): string {
  return caller.kind === "key" ? caller.projectId : `${caller.projectId}/${caller.endUserId}`;
}

function pauseMs(delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, delayMs);
  });
}
