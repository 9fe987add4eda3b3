/**
 * How many replies of one kind an isolate sends at a time, and for whom. A slot ends with its stream;
 * one whose reader has asked for nothing in a long while may be taken back.
 */
import type { Caller } from "../../../domain/access/caller";
import { type Outcome, failed, success } from "../../../domain/failure";
import { RETRY, STREAM } from "../../../limits";
import { LeasedShares, type ShareLimits } from "../access/leased-shares";

export interface Slot {
  /** Its reader has asked for more. */
  touch(): void;
  /** Ends it; harmless when repeated. */
  release(): void;
}

export class StreamSlots {
  readonly #what: string;
  readonly #shares: LeasedShares;

  /** @param what Is sent, in the plural: for whoever is refused. */
  constructor(what: string, limits: ShareLimits, now: () => number = Date.now) {
    this.#what = what;
    this.#shares = new LeasedShares(limits, now);
  }

  get count(): number {
    return this.#shares.amount;
  }

  /**
   * Takes a slot for the caller; fails where none is left for it.
   * @param giveWay Called where it is taken back for somebody who finds none; absent: it stays.
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
