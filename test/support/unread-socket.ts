/** A WebSocket whose client reads when it is told to and not before: Node's own cannot be made to wait. */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect, type Socket } from "node:net";

export class UnreadSocket {
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  static async open(url: string, protocols: readonly string[]): Promise<UnreadSocket> {
    const { hostname, port, pathname, search } = new URL(url);
    const socket = connect(Number(port), hostname);
    const lines = [
      `GET ${pathname}${search} HTTP/1.1`,
      `Host: ${hostname}:${port}`,
      "Upgrade: websocket",
      "Connection: Upgrade",
      "Sec-WebSocket-Version: 13",
      `Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}`,
      `Sec-WebSocket-Protocol: ${protocols.join(", ")}`,
    ];
    socket.write(`${lines.join("\r\n")}\r\n\r\n`);
    await once(socket, "readable");
    const head = String(socket.read());
    if (!head.startsWith("HTTP/1.1 101 ")) {
      throw new Error(head);
    }
    return new UnreadSocket(socket);
  }

  /** One masked frame of text. */
  send(frame: object): void {
    const payload = Buffer.from(JSON.stringify(frame));
    const head = Buffer.alloc(8);
    head.writeUInt16BE(0x81_fe, 0);
    head.writeUInt16BE(payload.length, 2);
    // The mask is zero, which leaves every byte as it is.
    this.#socket.write(Buffer.concat([head, payload]));
  }

  /** All that was told, as it lies on the wire, until a frame of it closes the socket. */
  async readToEnd(): Promise<Buffer> {
    const pieces: Buffer[] = [];
    this.#socket.on("data", (piece: Buffer) => {
      pieces.push(piece);
      if (closeCodeOf(piece) !== null) {
        this.#socket.destroy();
      }
    });
    await once(this.#socket, "close");
    return Buffer.concat(pieces);
  }

  leave(): void {
    this.#socket.destroy();
  }
}

/** Of a close frame at the end of these bytes, whose reason is plain text. */
export function closeCodeOf(bytes: Buffer): number | null {
  const at = bytes.lastIndexOf(0x88);
  const isWhole = at >= 0 && bytes.length - at === 2 + (bytes[at + 1] ?? 0);
  return isWhole ? bytes.readUInt16BE(at + 2) : null;
}
