/** How much of something one isolate gives at a time: in all, to a project, to an end user. */
import type { Caller } from "../../../domain/access/caller";

export interface ShareLimits {
  total: number;
  perProject: number;
  /** Of one end user, behind whatever session tokens. */
  perEndUser: number;
}

export interface Share {
  key: string;
  limit: number;
  /** Begins a sentence about the limit: for whoever is refused. */
  whose: string;
}

export class CallerShares {
  readonly #limits: ShareLimits;
  /** Memory of this isolate. */
  readonly #taken = new Map<string, number>();

  constructor(limits: ShareLimits) {
    this.#limits = limits;
  }

  /** @param caller Undefined for the operator, who has a part of the whole alone. */
  sharesOf(caller: Caller | undefined): Share[] {
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

  /** The first share that has no room for so much more; undefined where all have. */
  full(shares: readonly Share[], amount: number): Share | undefined {
    return shares.find(({ key, limit }) => (this.#taken.get(key) ?? 0) + amount > limit);
  }

  /** Takes so much of each share, or gives it back where the amount is negative. */
  take(shares: readonly Share[], amount: number): void {
    for (const { key } of shares) {
      const taken = (this.#taken.get(key) ?? 0) + amount;
      if (taken === 0) {
        this.#taken.delete(key);
      } else {
        this.#taken.set(key, taken);
      }
    }
  }
}
