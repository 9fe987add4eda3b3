/** The places that sockets take of an isolate while they are open. */
import { SOCKET } from "../../../limits";
import { type Lease, LeasedShares } from "../../shared/access/leased-shares";
import type { SocketNotes } from "./notes";
import { holderOf } from "./speaker";

type Limits = ConstructorParameters<typeof LeasedShares>[0];

/**
 * How many sockets the objects of this isolate hold at a time, in all and of one caller. An object that holds one
 * may be put away meanwhile, and may come back in another isolate: each socket's place is leased, and is renewed
 * by whoever looks after the socket.
 */
export class OpenSockets {
  readonly #shares: LeasedShares;
  /** By the socket's id. */
  readonly #leases = new Map<string, Lease>();

  constructor(limits: Limits = SOCKET.open, now: () => number = Date.now) {
    this.#shares = new LeasedShares(limits, now);
  }

  /** Takes a place for the socket, or renews the one that it has; why there is none, else null. */
  take(notes: SocketNotes): string | null {
    const known = this.#leases.get(notes.id);
    const lease = known ?? this.#shares.open(holderOf(notes), SOCKET.openLeaseMs);
    lease.extend();
    const full = lease.raise(1);
    if (full !== undefined) {
      this.#leases.delete(notes.id);
      return `${full.whose} ${full.limit} sockets open here already.`;
    }
    this.#leases.set(notes.id, lease);
    this.#forgetLost();
    return null;
  }

  /** Places that were taken back: of sockets that went with their object, which told nobody. */
  #forgetLost(): void {
    if (this.#leases.size <= this.#shares.amount + SOCKET.maxPerThread) {
      return;
    }
    for (const [id, { amount }] of this.#leases) {
      if (amount === 0) {
        this.#leases.delete(id);
      }
    }
  }

  /** Gives the place back; harmless when repeated. */
  release({ id }: SocketNotes): void {
    this.#leases.get(id)?.release();
    this.#leases.delete(id);
  }
}

/** Memory of this isolate. */
export const openSockets = new OpenSockets();
