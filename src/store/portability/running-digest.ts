import { joinBytes } from "../../domain/bytes";
import { toHex } from "../../domain/ids";

/** Handed over at once: a write for each line would cost more than its hash. */
const WRITE_BYTES = 64 * 1024;

/** SHA-256 of bytes as they come, without holding them. */
export class RunningDigest {
  readonly #stream = new crypto.DigestStream("SHA-256");
  readonly #writer = this.#stream.getWriter();
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;

  async update(bytes: Uint8Array): Promise<void> {
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.byteLength;
    if (this.#waitingBytes >= WRITE_BYTES) {
      await this.#write();
    }
  }

  /** Of all bytes so far; nothing may be added any more. */
  async hex(): Promise<string> {
    await this.#write();
    await this.#writer.close();
    return toHex(new Uint8Array(await this.#stream.digest));
  }

  async #write(): Promise<void> {
    const bytes = joinBytes(this.#waiting);
    this.#waiting = [];
    this.#waitingBytes = 0;
    await this.#writer.write(bytes);
  }
}
