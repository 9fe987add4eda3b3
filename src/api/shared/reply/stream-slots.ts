/**
 * How many replies of one kind an isolate sends at a time, and for whom. A slot ends with its stream;
 * one whose stream nobody has asked for anything in a long while is taken back, so that no way of
 * losing a stream can fill the isolate.
 */
import type { Caller } from "../../../domain/access/caller";
import { type Outcome, failed, success } from "../../../domain/failure";
import { RETRY, STREAM } from "../../../limits";

export interface SlotLimits {
  total: number;
  perProject: number;
  /** Of one end user, behind whatever session tokens. */
  perEndUser: number;
}

export interface Slot {
  /** Its reader has asked for more. */
  touch(): void;
  /** Ends it; harmless when repeated. */
  release(): void;
}

/** A part of the slots: of all, of a project, of an end user. */
interface Share {
  key: string;
  limit: number;
  whose: string;
}

interface Held {
  shares: readonly Share[];
  touchedAtMs: number;
}

export class StreamSlots {
  readonly #what: string;
  readonly #limits: SlotLimits;
  readonly #now: () => number;
  /** Memory of this isolate. */
  readonly #held = new Set<Held>();
  readonly #counts = new Map<string, number>();

  /** @param what Is sent, in the plural: for whoever is refused. */
  constructor(what: string, limits: SlotLimits, now: () => number = Date.now) {
    this.#what = what;
    this.#limits = limits;
    this.#now = now;
  }

  get count(): number {
    return this.#held.size;
  }

  /** Takes a slot for the caller; fails where none is left for it. */
  take(caller: Caller): Outcome<Slot> {
    const shares = this.#sharesOf(caller);
    const full = this.#full(shares) && (this.#takeBack(), this.#full(shares));
    if (full) {
      const message = `${full.whose} ${full.limit} ${this.#what} open here already.`;
      return failed({ kind: "unavailable", message, retryAfterSeconds: RETRY.afterSeconds });
    }
    const held = { shares, touchedAtMs: this.#now() };
    this.#held.add(held);
    this.#count(held, 1);
    return success({
      touch: () => {
        held.touchedAtMs = this.#now();
      },
      release: () => this.#release(held),
    });
  }

  #sharesOf(caller: Caller): Share[] {
    const { total, perProject, perEndUser } = this.#limits;
    const { projectId } = caller;
    const shares: Share[] = [
      { key: "", limit: total, whose: "There are" },
      { key: projectId, limit: perProject, whose: "This project has" },
    ];
    return caller.kind === "key"
      ? shares
      : [
          ...shares,
          {
            key: `${projectId}/${caller.endUserId}`,
            limit: perEndUser,
            whose: "This end user has",
          },
        ];
  }

  #full(shares: readonly Share[]): Share | undefined {
    return shares.find(({ key, limit }) => (this.#counts.get(key) ?? 0) >= limit);
  }

  #release(held: Held): void {
    if (this.#held.delete(held)) {
      this.#count(held, -1);
    }
  }

  #count({ shares }: Held, by: 1 | -1): void {
    for (const { key } of shares) {
      const count = (this.#counts.get(key) ?? 0) + by;
      if (count === 0) {
        this.#counts.delete(key);
      } else {
        this.#counts.set(key, count);
      }
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
