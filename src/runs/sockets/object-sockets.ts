/**
 * The WebSockets that a thread's object holds. They outlive it: without work it is put away, and is made
 * anew when a frame comes. Between frames nothing of them is in memory.
 */
import { NOTES_HEADER, type ObjectSocket, type SocketDialect } from "./protocol";

type State = Pick<DurableObjectState, "acceptWebSocket" | "getWebSockets">;

const SWITCHING = 101;
const UNAVAILABLE = 503;

export class ObjectSockets {
  readonly #state: State;
  readonly #dialect: SocketDialect;
  /** Memory: what a dialect has of each socket stays the same for the life of the object. */
  readonly #held = new WeakMap<WebSocket, HeldSocket>();

  constructor(state: State, dialect: SocketDialect) {
    this.#state = state;
    this.#dialect = dialect;
    for (const socket of state.getWebSockets()) {
      dialect.goOn(this.#hold(socket));
    }
  }

  /** The answer to a handshake that the Worker has let through. */
  accept(request: Request): Response {
    const notes: unknown = JSON.parse(request.headers.get(NOTES_HEADER) ?? "null");
    const held = this.#state.getWebSockets().map((socket) => this.#hold(socket));
    if (!this.#dialect.admits(held, notes)) {
      return new Response(null, { status: UNAVAILABLE });
    }
    const { 0: client, 1: server } = new WebSocketPair();
    this.#state.acceptWebSocket(server);
    this.#hold(server).notes = notes;
    return new Response(null, { status: SWITCHING, webSocket: client });
  }

  hear(socket: WebSocket, frame: string | ArrayBuffer): void {
    this.#dialect.hear(this.#hold(socket), frame);
  }

  leave(socket: WebSocket): void {
    this.#dialect.leave(this.#hold(socket));
  }

  closeAll(code: number, reason: string): void {
    this.#state.getWebSockets().forEach((socket) => this.#hold(socket).close(code, reason));
  }

  #hold(socket: WebSocket): HeldSocket {
    const held = this.#held.get(socket) ?? new HeldSocket(socket);
    this.#held.set(socket, held);
    return held;
  }
}

class HeldSocket implements ObjectSocket {
  readonly #socket: WebSocket;

  constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  get notes(): unknown {
    return this.#socket.deserializeAttachment();
  }

  set notes(notes: unknown) {
    this.#socket.serializeAttachment(notes);
  }

  send(frame: object): void {
    if (this.#socket.readyState === WebSocket.READY_STATE_OPEN) {
      this.#socket.send(JSON.stringify(frame));
    }
  }

  close(code: number, reason: string): void {
    if (this.#socket.readyState === WebSocket.READY_STATE_OPEN) {
      this.#socket.close(code, reason);
    }
  }
}
