/** What sockets take of an isolate: places while they are open, and memory for what is not read. */
import { SOCKET } from "../../../limits";
import type { ObjectSocket } from "../../../runs/sockets/socket-dialect";
import { type Holder, LeasedShares } from "../../shared/access/leased-shares";
import { SocketNotes } from "./notes";
import { endUserOf } from "./speaker";

/** Memory of this isolate: UTF-16 units that each end user and project has unread. */
const shares = new LeasedShares(SOCKET.untaken);

type Lease = ReturnType<LeasedShares["open"]>;
type Limits = ConstructorParameters<typeof LeasedShares>[0];

/**
 * Counts the text that was sent on sockets and may not have been read yet. The platform keeps such text in the
 * memory of the isolate, and says neither how much it is nor when a client has taken it; what is beyond `SOCKET.untaken` finds no room. */
export class Untaken {
  /** Memory: the share that each socket holds. */
  readonly #leases = new WeakMap<ObjectSocket, Lease>();

  /** Counts what was sent on the socket; false where it is more than its end user or project may have unread. */
  hasRoom(socket: ObjectSocket): boolean {
    const counted = socket.sentChars - SOCKET.uncountedChars;
    if (counted <= 0) {
      return true;
    }
    const lease =
      this.#leases.get(socket) ??
      shares.open(holderOf(SocketNotes.parse(socket.notes)), SOCKET.untakenLeaseMs);
    this.#leases.set(socket, lease);
    lease.extend();
    return lease.raise(counted) === undefined;
  }

  /** Gives the share of a closed socket back. */
  release(socket: ObjectSocket): void {
    this.#leases.get(socket)?.release();
  }
}

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

/** Whose share it takes: a token's end user's, else its project's. */
function holderOf(notes: SocketNotes): Holder {
  const endUserId = endUserOf(notes);
  const { projectId } = notes;
  return endUserId === null ? { kind: "key", projectId } : { kind: "token", projectId, endUserId };
}
