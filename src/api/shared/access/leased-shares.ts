/**
 * How much of something one isolate gives at a time: in all, to a project, to an end user. What is taken
 * is leased: a lease whose holder neither extends nor releases it is taken back when room is short, so that
 * no way of losing a request can fill the isolate. One whose holder gives way is taken back before anybody
 * is refused.
 */
/** Whose shares are taken of: of a caller, what matters for that. */
export type Holder =
  | { kind: "key"; projectId: string }
  | { kind: "token"; projectId: string; endUserId: string };

export interface ShareLimits {
  total: number;
  perProject: number;
  /** Of one end user, behind whatever session tokens. */
  perEndUser: number;
}

interface Share {
  key: string;
  limit: number;
  /** Begins a sentence about the limit: for whoever is refused. */
  whose: string;
}

/** A holder's place in its shares, until it is released or its time is over. */
export interface Lease {
  readonly amount: number;
  /** Takes up to so much in all; returns the share that has no room for it, and takes nothing then. */
  raise(amount: number): Share | undefined;
  /** Begins its time anew. */
  extend(): void;
  /** Gives all of it back; harmless when repeated. */
  release(): void;
}

interface Held {
  shares: readonly Share[];
  amount: number;
  endsAtMs: number;
  giveWay: (() => void) | undefined;
}

/** Shares of one bounded resource, in which each caller and project has a part. */
export class LeasedShares {
  readonly #limits: ShareLimits;
  readonly #now: () => number;
  /** Memory of this isolate. */
  readonly #taken = new Map<string, number>();
  readonly #held = new Set<Held>();

  constructor(limits: ShareLimits, now: () => number = Date.now) {
    this.#limits = limits;
    this.#now = now;
  }

  /** How much all leases hold. */
  get amount(): number {
    return [...this.#held].reduce((sum, { amount }) => sum + amount, 0);
  }

  /**
   * A lease that holds nothing yet.
   * @param caller Undefined for the operator, who has a part of the whole alone.
   * @param leaseMs How long it is good from now on, or from when it is extended.
   * @param giveWay Called where it is taken back for another of the same share, the oldest first; absent:
   * it stays.
   */
  open(caller: Holder | undefined, leaseMs: number, giveWay?: () => void): Lease {
    const endsAtMs = () => this.#now() + leaseMs;
    const held: Held = { shares: this.#sharesOf(caller), amount: 0, endsAtMs: endsAtMs(), giveWay };
    return {
      get amount() {
        return held.amount;
      },
      raise: (amount) => this.#raise(held, amount),
      extend: () => {
        held.endsAtMs = endsAtMs();
      },
      release: () => this.#release(held),
    };
  }

  #sharesOf(caller: Holder | undefined): Share[] {
    const { total, perProject, perEndUser } = this.#limits;
    const shares: Share[] = [{ key: "", limit: total, whose: "There are" }];
    if (caller !== undefined) {
      shares.push({ key: caller.projectId, limit: perProject, whose: "This project has" });
    }
    if (caller?.kind === "token") {
      const key = `${caller.projectId}/${caller.endUserId}`;
      shares.push({ key, limit: perEndUser, whose: "This end user has" });
    }
    return shares;
  }

  #raise(held: Held, amount: number): Share | undefined {
    if (amount <= held.amount) {
      return undefined;
    }
    if (this.#fullFor(held, amount) !== undefined) {
      this.#takeBack();
    }
    const full = this.#clear(held, amount);
    if (full === undefined) {
      this.#take(held, amount - held.amount);
      this.#held.add(held);
    }
    return full;
  }

  /** Takes back what gives way until there is room; the share in which nothing does. */
  #clear(held: Held, amount: number): Share | undefined {
    for (;;) {
      const full = this.#fullFor(held, amount);
      const giving = full === undefined ? undefined : this.#givingIn(full, held);
      if (giving === undefined) {
        return full;
      }
      this.#release(giving);
      giving.giveWay?.();
    }
  }

  /** The oldest. */
  #givingIn({ key }: Share, but: Held): Held | undefined {
    for (const held of this.#held) {
      const gives = held !== but && held.giveWay !== undefined;
      if (gives && held.shares.some((share) => share.key === key)) {
        return held;
      }
    }
    return undefined;
  }

  /** The first share that has no room for it. */
  #fullFor(held: Held, amount: number): Share | undefined {
    const more = amount - held.amount;
    return held.shares.find(({ key, limit }) => (this.#taken.get(key) ?? 0) + more > limit);
  }

  #release(held: Held): void {
    if (this.#held.delete(held)) {
      this.#take(held, -held.amount);
    }
  }

  #takeBack(): void {
    const nowMs = this.#now();
    for (const held of this.#held) {
      if (held.endsAtMs < nowMs) {
        this.#release(held);
      }
    }
  }

  /** Takes so much more of each share, or gives it back where the amount is negative. */
  #take(held: Held, more: number): void {
    held.amount += more;
    for (const { key } of held.shares) {
      const taken = (this.#taken.get(key) ?? 0) + more;
      if (taken === 0) {
        this.#taken.delete(key);
      } else {
        this.#taken.set(key, taken);
      }
    }
  }
}
