/**
 * Counts the text that was sent on sockets and may not have been read yet. The platform keeps such text in the
 * memory of the isolate, and says neither how much it is nor when a client has taken it.
 */
import { SOCKET } from "../../../limits";
import type { ObjectSocket } from "../../../runs/sockets/socket-dialect";
import { type Lease, LeasedShares } from "../../shared/access/leased-shares";
import { SocketNotes } from "./notes";
import { holderOf } from "./speaker";

/** Memory of this isolate: UTF-16 units that each end user and project has unread. */
const shares = new LeasedShares(SOCKET.untaken);

/** Unread text of this isolate's sockets; what is beyond `SOCKET.untaken` finds no room. */
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
