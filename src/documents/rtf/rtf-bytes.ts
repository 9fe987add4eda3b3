/** Bytes of RTF on their way to text: a run in one code page, told in pieces where it is long. */
import { type StreamDecoder, textDecoder } from "../../domain/charsets/text-decoder";

/** Bytes that are decoded at once. */
const RUN_BYTES = 4096;

export class RtfBytes {
  readonly #add: (text: string) => void;
  readonly #run = new Uint8Array(RUN_BYTES);
  readonly #decoders = new Map<string, StreamDecoder>();
  #length = 0;
  /** Set while a run lasts; its last character may be cut off by what has been decoded. */
  #decoder: StreamDecoder | null = null;

  constructor(add: (text: string) => void) {
    this.#add = add;
  }

  get isEmpty(): boolean {
    return this.#decoder === null;
  }

  add(byte: number, charset: string): void {
    this.#decoder ??= this.#decoderOf(charset);
    this.#run[this.#length] = byte;
    this.#length += 1;
    if (this.#length === RUN_BYTES) {
      this.#add(this.#decoder.decode(this.#run, { stream: true }));
      this.#length = 0;
    }
  }

  /** A decoder begins anew after each run. */
  #decoderOf(charset: string): StreamDecoder {
    const decoder = this.#decoders.get(charset) ?? textDecoder(charset);
    this.#decoders.set(charset, decoder);
    return decoder;
  }

  /** Ends the run. */
  flush(): void {
    if (this.#decoder === null) {
      return;
    }
    const text = this.#decoder.decode(this.#run.subarray(0, this.#length));
    this.#decoder = null;
    this.#length = 0;
    this.#add(text);
  }
}
