/** A socket as `WebSocketChatTransport` opens it, frame by frame. */
import { exports } from "cloudflare:workers";

import type { Chunk } from "./read-message";

export interface Frame {
  type: string;
  requestId: string;
  sequence?: number;
  chunk?: Chunk;
  errorText?: string;
}

/** The answer to a handshake. */
export function shakeHands(path: string, headers: Record<string, string> = {}): Promise<Response> {
  const request = new Request(`https://bobbin.test${path}`, {
    headers: { Upgrade: "websocket", ...headers },
  });
  return exports.default.fetch(request);
}

export class PageSocket {
  readonly frames: Frame[] = [];
  /** Resolves when it is closed, by whomever. */
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly #socket: WebSocket;
  #heard = Promise.withResolvers<void>();

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    const closed = Promise.withResolvers<{ code: number; reason: string }>();
    this.closed = closed.promise;
    socket.addEventListener("message", ({ data }) => {
      this.frames.push(JSON.parse(String(data)));
      this.#heard.resolve();
      this.#heard = Promise.withResolvers();
    });
    socket.addEventListener("close", ({ code, reason }) => {
      closed.resolve({ code, reason });
      this.#heard.reject(new Error(`The socket is closed: ${code} ${reason}`));
      this.#heard.promise.catch(() => {});
    });
    socket.accept();
  }

  static async open(path: string, token: string): Promise<PageSocket> {
    const reply = await shakeHands(path, { "Sec-WebSocket-Protocol": `bobbin.v1, ${token}` });
    if (reply.webSocket === null) {
      throw new Error(`${reply.status}: ${await reply.text()}`);
    }
    return new PageSocket(reply.webSocket);
  }

  send(frame: object | string): void {
    this.#socket.send(typeof frame === "string" ? frame : JSON.stringify(frame));
  }

  ask(requestId: string, id: string, message: object, more: object = {}): void {
    const turn = { trigger: "submit-message", messages: [message], headers: {}, body: {} };
    this.send({ type: "send", requestId, id, ...turn, ...more });
  }

  resume(requestId: string, id: string, headers: object = {}): void {
    this.send({ type: "resume", requestId, id, headers, body: {} });
  }

  abort(requestId: string): void {
    this.send({ type: "abort", requestId });
  }

  close(): void {
    this.#socket.close(1001, "The page is gone.");
  }

  /** The first frame that is so, as soon as it has come. */
  async hears(isSo: (frame: Frame) => boolean): Promise<Frame> {
    for (;;) {
      const found = this.frames.find(isSo);
      if (found !== undefined) {
        return found;
      }
      await this.#heard.promise;
    }
  }

  /** The frame that ends an answer. */
  ends(requestId: string): Promise<Frame> {
    const isEnd = ({ type }: Frame): boolean => /^(?:end|error|no-active)$/.test(type);
    return this.hears((frame) => frame.requestId === requestId && isEnd(frame));
  }

  /** Of one answer, whose sequence has no gap. */
  chunks(requestId: string): Chunk[] {
    const own = this.frames.filter((one) => one.requestId === requestId && one.type === "chunk");
    own.forEach(({ sequence }, index) => {
      if (sequence !== index) {
        throw new Error(`Chunk ${index} of ${requestId} came as ${sequence}.`);
      }
    });
    return own.flatMap(({ chunk }) => chunk ?? []);
  }
}
