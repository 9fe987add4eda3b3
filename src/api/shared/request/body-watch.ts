/** Reads a request's body for as long as its sender sends: connections that fall silent are cut off. */
import { REQUEST } from "../../../limits";
import { fail } from "../reply/fail";

export interface BodyPatience {
  /** Between two reads that bring something. */
  silenceMs: number;
  /** For the whole body. */
  wholeMs: number;
}

export const JSON_PATIENCE: BodyPatience = {
  silenceMs: REQUEST.bodySilenceMs,
  wholeMs: REQUEST.jsonMaxMs,
};
/** How long an upload may be silent, and take in all. */
export const UPLOAD_PATIENCE: BodyPatience = {
  silenceMs: REQUEST.bodySilenceMs,
  wholeMs: REQUEST.uploadMaxMs,
};

interface Cancelable {
  cancel(): Promise<void>;
}

/**
 * Watches the reads of one body. One timer is set for many reads: it looks when the last one was, and
 * waits for what is left. By as much as it was late itself the reads were late too, and the sender waited.
 */
export class BodyWatch {
  readonly #reader: Cancelable;
  readonly #patience: BodyPatience;
  readonly #beganAtMs = Date.now();
  #readAtMs = this.#beganAtMs;
  #lateMs = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #gaveUp = false;

  constructor(reader: Cancelable, patience: BodyPatience) {
    this.#reader = reader;
    this.#patience = patience;
    this.#wait();
  }

  /** What the read brings; ends the request where its sender was given up meanwhile. */
  async whileWaiting<T>(read: Promise<T>): Promise<T> {
    try {
      const result = await read;
      this.#refuseIfGivenUp();
      this.#readAtMs = Date.now();
      return result;
    } catch (error) {
      this.#refuseIfGivenUp();
      throw error;
    }
  }

  /** Stops waiting for the rest of the body. */
  end(): void {
    clearTimeout(this.#timer);
    void this.#reader.cancel().catch(() => undefined);
  }

  #wait(): void {
    const { silenceMs, wholeMs } = this.#patience;
    const endsAtMs = Math.min(this.#readAtMs + silenceMs, this.#beganAtMs + wholeMs) + this.#lateMs;
    const nowMs = Date.now();
    if (endsAtMs > nowMs) {
      this.#timer = setTimeout(() => {
        const lateMs = Date.now() - endsAtMs;
        this.#lateMs += lateMs > REQUEST.bodyLateMs ? lateMs : 0;
        this.#wait();
      }, endsAtMs - nowMs);
    } else {
      this.#gaveUp = true;
      // A read that waits is ended by this alone.
      this.end();
    }
  }

  #refuseIfGivenUp(): void {
    if (this.#gaveUp) {
      fail({ kind: "body_stalled" });
    }
  }
}

/** The body, chunk by chunk. */
export async function* bodyChunks(
  body: ReadableStream<Uint8Array> | null,
  patience: BodyPatience,
): AsyncGenerator<Uint8Array, void> {
  if (body === null) {
    return;
  }
  const reader = body.getReader();
  const watch = new BodyWatch(reader, patience);
  try {
    for (;;) {
      const { done, value } = await watch.whileWaiting(reader.read());
      if (done) {
        return;
      }
      yield value;
    }
  } finally {
    watch.end();
  }
}
