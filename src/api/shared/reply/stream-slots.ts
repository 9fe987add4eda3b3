/**
 * Slots bound how many replies of one kind an isolate sends at a time, in all and to one caller. A slot ends
 * with its stream; one whose reader has asked for nothing in a long while may be taken back.
 */
import type { Caller } from "../../../domain/access/caller";
import { type Outcome, failed, success } from "../../../domain/failure";
import { RETRY, STREAM } from "../../../limits";
import { LeasedShares, type ShareLimits } from "../access/leased-shares";

/** A place that one reply holds. */
export interface Slot {
  /** Notes that the reader has asked for more, which renews the slot. */
  touch(): void;
  /** Gives the slot back; harmless when repeated. */
  release(): void;
}

/** The slots of one kind of reply, in this isolate. */
export class StreamSlots {
  readonly #what: string;
  readonly #shares: LeasedShares;

  /** @param what Names the kind in the plural, for the message to callers who are refused. */
  constructor(what: string, limits: ShareLimits, now: () => number = Date.now) {
    this.#what = what;
    this.#shares = new LeasedShares(limits, now);
  }

  get count(): number {
    return this.#shares.amount;
  }

  /**
   * Takes a slot for the caller; fails with `unavailable` where none is left.
   * @param giveWay Called when the slot is taken back for another caller; absent: it is not taken back.
   */
  take(caller: Caller, giveWay?: () => void): Outcome<Slot> {
    const lease = this.#shares.open(caller, STREAM.slotLeaseMs, giveWay);
    const full = lease.raise(1);
    if (full !== undefined) {
      const message = `${full.whose} ${full.limit} ${this.#what} open here already.`;
      return failed({ kind: "unavailable", message, retryAfterSeconds: RETRY.afterSeconds });
    }
    return success({ touch: () => lease.extend(), release: () => lease.release() });
  }
}
