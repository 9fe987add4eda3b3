/**
 * How many replies of one kind an isolate sends at a time, and for whom. A slot ends with its stream;
 * one whose stream nobody has asked for anything in a long while is taken back, so that no way of
 * losing a stream can fill the isolate.
 */
import type { Caller } from "../../../domain/access/caller";
import { type Outcome, failed, success } from "../../../domain/failure";
import { RETRY, STREAM } from "../../../limits";
import { CallerShares, type Share, type ShareLimits } from "../access/caller-shares";

export interface Slot {
  /** Its reader has asked for more. */
  touch(): void;
  /** Ends it; harmless when repeated. */
  release(): void;
}

interface Held {
  shares: readonly Share[];
  touchedAtMs: number;
}

export class StreamSlots {
  readonly #what: string;
  readonly #shares: CallerShares;
  readonly #now: () => number;
  /** Memory of this isolate. */
  readonly #held = new Set<Held>();

  /** @param what Is sent, in the plural: for whoever is refused. */
  constructor(what: string, limits: ShareLimits, now: () => number = Date.now) {
    this.#what = what;
    this.#shares = new CallerShares(limits);
    this.#now = now;
  }

  get count(): number {
    return this.#held.size;
  }

  /** Takes a slot for the caller, undefined for the operator; fails where none is left for it. */
  take(caller: Caller | undefined): Outcome<Slot> {
    const shares = this.#shares.sharesOf(caller);
    const full = this.#shares.full(shares, 1) && (this.#takeBack(), this.#shares.full(shares, 1));
    if (full) {
      const message = `${full.whose} ${full.limit} ${this.#what} open here already.`;
      return failed({ kind: "unavailable", message, retryAfterSeconds: RETRY.afterSeconds });
    }
    const held = { shares, touchedAtMs: this.#now() };
    this.#held.add(held);
    this.#shares.take(shares, 1);
    return success({
      touch: () => {
        held.touchedAtMs = this.#now();
      },
      release: () => this.#release(held),
    });
  }

  #release(held: Held): void {
    if (this.#held.delete(held)) {
      this.#shares.take(held.shares, -1);
    }
  }

  #takeBack(): void {
    const beforeMs = this.#now() - STREAM.slotLeaseMs;
    for (const held of this.#held) {
      if (held.touchedAtMs < beforeMs) {
        this.#release(held);
      }
    }
  }
}
