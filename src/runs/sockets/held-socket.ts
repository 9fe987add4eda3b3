/** One socket of an object, and what stays with it while the object is put away. */
import type { ObjectSocket } from "./socket-dialect";

/** `serializeAttachment` keeps it; a deploy ends all sockets, so that no other release reads it. */
interface SocketState {
  notes: unknown;
  /** When its caller was last found to be one who may have it. */
  checkedAtMs: number;
  /** When this end closed it; null while it is open. */
  closedAtMs: number | null;
}

export class HeldSocket implements ObjectSocket {
  readonly #socket: WebSocket;
  readonly #onClose: () => void;
  /** Memory, all of it: an object with something untaken is not put away. */
  #sentChars = 0;
  #lastSentAtMs = 0;

  /** @param onClose This end has closed it. */
  constructor(socket: WebSocket, onClose: () => void) {
    this.#socket = socket;
    this.#onClose = onClose;
  }

  get notes(): unknown {
    return this.state.notes;
  }

  set notes(notes: unknown) {
    this.patch({ notes });
  }

  get state(): SocketState {
    return this.#socket.deserializeAttachment() ?? NOTHING;
  }

  patch(changed: Partial<SocketState>): void {
    this.#socket.serializeAttachment({ ...this.state, ...changed });
  }

  get sentChars(): number {
    return this.#sentChars;
  }

  /** When something was told last that may not have been taken; 0 where all was. */
  get lastSentAtMs(): number {
    return this.#lastSentAtMs;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.READY_STATE_OPEN;
  }

  send(frame: object): void {
    if (this.isOpen) {
      const text = JSON.stringify(frame);
      this.#sentChars += text.length;
      this.#lastSentAtMs = Date.now();
      this.#socket.send(text);
    }
  }

  close(code: number, reason: string): void {
    if (this.isOpen) {
      this.#socket.close(code, reason);
      this.patch({ closedAtMs: Date.now() });
      this.#onClose();
    }
  }
}

const NOTHING: SocketState = { notes: null, checkedAtMs: 0, closedAtMs: null };
