/**
 * The WebSockets that a thread's object holds. They outlive it: without work it is put away, and is made
 * anew when a frame comes. Between frames nothing of them is in memory.
 *
 * The platform tells nobody how much of what was sent a client has taken. It keeps the rest in memory, and
 * the object with it: so one that is still here a while after it told something is held by a client that
 * does not read, or by other work. Such a socket is closed, which costs a page that reads nothing, for it
 * opens the next one with its next turn; and one that does not even take its end goes with the object.
 */
import { SOCKET } from "../../limits";
import { HeldSocket } from "./held-socket";
import { NOTES_HEADER, RENEW_CLOSE, type SocketDialect } from "./socket-dialect";

type State = Pick<DurableObjectState, "acceptWebSocket" | "getWebSockets">;

export interface SocketHooks {
  /** `watch` is to be called then; null: there is nothing to watch. */
  wakeAt(atMs: number | null): void;
  /** Ends the object's life, its sockets with it: what it does goes on in the next one. */
  restart(): void;
}

const SWITCHING = 101;
const UNAVAILABLE = 503;

export class ObjectSockets {
  readonly #state: State;
  readonly #dialect: SocketDialect;
  readonly #hooks: SocketHooks;
  /** Memory: what a dialect has of each socket stays the same for the life of the object. */
  readonly #held = new WeakMap<WebSocket, HeldSocket>();

  constructor(state: State, dialect: SocketDialect, hooks: SocketHooks) {
    this.#state = state;
    this.#dialect = dialect;
    this.#hooks = hooks;
  }

  /** Takes up what an earlier object has left undone. Called once, before anything else. */
  goOn(): void {
    for (const held of this.#all()) {
      this.#dialect.goOn(held);
    }
  }

  /** The answer to a handshake that the Worker has let through. */
  accept(request: Request): Response {
    const notes: unknown = JSON.parse(request.headers.get(NOTES_HEADER) ?? "null");
    const refusal = this.#dialect.refuse(this.#all(), notes);
    if (refusal !== null) {
      return new Response(refusal, { status: UNAVAILABLE });
    }
    const { 0: client, 1: server } = new WebSocketPair();
    this.#state.acceptWebSocket(server);
    this.#hold(server).patch({ notes, checkedAtMs: Date.now() });
    this.#arm();
    return new Response(null, { status: SWITCHING, webSocket: client });
  }

  async hear(socket: WebSocket, frame: string | ArrayBuffer): Promise<void> {
    const held = this.#hold(socket);
    if (held.isOpen) {
      await this.#dialect.hear(held, frame);
    }
  }

  leave(socket: WebSocket): void {
    this.#dialect.leave(this.#hold(socket));
  }

  closeAll(code: number, reason: string): void {
    this.#all().forEach((held) => held.close(code, reason));
  }

  /** When `watch` is due; null without sockets. */
  get dueAtMs(): number | null {
    const times = this.#all().map(dueAtMs);
    return times.length === 0 ? null : Math.min(...times);
  }

  /**
   * Looks after the sockets that are due: one whose caller may have it no longer is closed, as is one whose
   * client does not read.
   * @param isAtWork Runs are under way that a restart would cut off: it waits for them.
   */
  async watch(nowMs: number, isAtWork: boolean): Promise<void> {
    const due = this.#all().filter((held) => dueAtMs(held) <= nowMs);
    const isStuck = due.some(({ isOpen }) => !isOpen);
    for (const held of due.filter(({ isOpen }) => isOpen)) {
      if (this.#isUntaken(held, nowMs)) {
        held.close(RENEW_CLOSE, "Much was told here: open the next socket.");
      } else {
        await this.#dialect.recheck(held);
        held.patch({ checkedAtMs: nowMs });
      }
    }
    this.#arm(nowMs);
    if (isStuck && !isAtWork) {
      this.#hooks.restart();
    }
  }

  #isUntaken(held: HeldSocket, nowMs: number): boolean {
    const { lastSentAtMs } = held;
    return (
      lastSentAtMs > 0 &&
      nowMs - lastSentAtMs > SOCKET.untakenMs &&
      !this.#dialect.isStreaming(held)
    );
  }

  /** @param nowMs Of a look that has just been taken: what it left is looked at again a while later. */
  #arm(nowMs = 0): void {
    const at = this.dueAtMs;
    this.#hooks.wakeAt(at === null || at > nowMs ? at : nowMs + SOCKET.closingMs);
  }

  #all(): HeldSocket[] {
    return this.#state.getWebSockets().map((socket) => this.#hold(socket));
  }

  #hold(socket: WebSocket): HeldSocket {
    const held = this.#held.get(socket) ?? new HeldSocket(socket, () => this.#arm());
    this.#held.set(socket, held);
    return held;
  }
}

function dueAtMs({ state: { checkedAtMs, closedAtMs } }: HeldSocket): number {
  return closedAtMs === null ? checkedAtMs + SOCKET.recheckMs : closedAtMs + SOCKET.closingMs;
}
