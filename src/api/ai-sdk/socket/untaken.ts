/**
 * What sockets were told and their clients may not have read: the platform keeps it in the memory of the
 * isolate, and says neither how much it is nor when it is taken.
 */
import { SOCKET } from "../../../limits";
import type { ObjectSocket } from "../../../runs/sockets/socket-dialect";
import { type Holder, LeasedShares } from "../../shared/access/leased-shares";
import { SocketNotes } from "./notes";
import { endUserOf } from "./speaker";

/** Memory of this isolate. */
const shares = new LeasedShares(SOCKET.untaken);

type Lease = ReturnType<LeasedShares["open"]>;

export class Untaken {
  /** Memory. */
  readonly #leases = new WeakMap<ObjectSocket, Lease>();

  /** Whether what the socket was told so far may lie here, beside what others were. */
  hasRoom(socket: ObjectSocket): boolean {
    const counted = socket.toldChars - SOCKET.uncountedChars;
    if (counted <= 0) {
      return true;
    }
    const lease = this.#leases.get(socket) ?? shares.open(holderOf(socket), SOCKET.untakenLeaseMs);
    this.#leases.set(socket, lease);
    lease.extend();
    return lease.raise(counted) === undefined;
  }

  /** It is closed. */
  release(socket: ObjectSocket): void {
    this.#leases.get(socket)?.release();
  }
}

/** A key's project is not known here: each key has as much as a project. */
function holderOf(socket: ObjectSocket): Holder {
  const notes = SocketNotes.parse(socket.notes);
  const endUser = endUserOf(notes);
  return endUser === null
    ? { kind: "key", projectId: notes.credential }
    : { kind: "token", projectId: endUser.projectId, endUserId: endUser.id };
}
