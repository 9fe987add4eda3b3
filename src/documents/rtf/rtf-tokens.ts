/** Cuts RTF into its tokens as it streams by. Bytes are characters 0 to 255 here: RTF is ASCII by design. */
import { DOCUMENT } from "../../limits";
import { blocksOf } from "../text/blocks";

export interface RtfEvents {
  openGroup(): void;
  closeGroup(): void;
  /** `\word` with its number, null where it has none. */
  control(word: string, parameter: number | null): void;
  /** `\'e4`: one byte in the code page that is in force. */
  byte(value: number): void;
  /** Bytes between the tokens. */
  text(bytes: string): void;
}

/** `\word12 `, `\'e4`, `\~`, a brace, or a run of text; line breaks mean nothing. */
const TOKEN = /\\([a-z]+)(-?\d+)? ?|\\'([\da-f]{2})|\\([^a-z])|([{}])|([^\\{}\r\n]+)|[\r\n]+/giy;
/** Longer than any control word: one that begins within this distance of a block's end waits. */
const LONGEST_TOKEN = 64;

export async function readRtfTokens(
  bytes: AsyncIterable<Uint8Array>,
  events: RtfEvents,
  isDone: () => boolean,
): Promise<void> {
  const cutter = new TokenCutter(events);
  for await (const block of blocksOf(bytes, DOCUMENT.blockBytes)) {
    cutter.write(binaryString(block));
    if (isDone()) {
      return;
    }
  }
  cutter.end();
}

class TokenCutter {
  readonly #events: RtfEvents;
  #held = "";
  /** Raw bytes of a `\bin` that are still to come. */
  #rawBytes = 0;

  constructor(events: RtfEvents) {
    this.#events = events;
  }

  write(block: string): void {
    const text = this.#held + block;
    const backslash = text.lastIndexOf("\\");
    const isCut = backslash >= 0 && text.length - backslash < LONGEST_TOKEN;
    // Held from its first backslash on, or `\\'41` would be taken apart.
    const end = isCut ? firstOfRun(text, backslash) : text.length;
    this.#held = text.slice(end);
    this.#cut(text.slice(0, end));
  }

  end(): void {
    this.#cut(this.#held);
  }

  #cut(text: string): void {
    TOKEN.lastIndex = Math.min(this.#rawBytes, text.length);
    this.#rawBytes -= TOKEN.lastIndex;
    for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
      const rawBytes = this.#emit(match);
      if (rawBytes > 0) {
        const skipped = Math.min(rawBytes, text.length - TOKEN.lastIndex);
        TOKEN.lastIndex += skipped;
        this.#rawBytes = rawBytes - skipped;
      }
    }
  }

  /** Answers with the number of raw bytes that follow the token. */
  #emit(match: RegExpExecArray): number {
    const [, word, parameter, hex, symbol, brace, text] = match;
    if (text !== undefined) {
      this.#events.text(text);
    } else if (word !== undefined) {
      const number = parameter === undefined ? null : Number(parameter);
      if (word === "bin") {
        return number ?? 0;
      }
      this.#events.control(word, number);
    } else if (hex !== undefined) {
      this.#events.byte(Number.parseInt(hex, 16));
    } else if (symbol !== undefined) {
      this.#events.control(symbol, null);
    } else if (brace === "{") {
      this.#events.openGroup();
    } else if (brace === "}") {
      this.#events.closeGroup();
    }
    return 0;
  }
}

function firstOfRun(text: string, backslash: number): number {
  let first = backslash;
  while (first > 0 && text[first - 1] === "\\" && backslash - first < LONGEST_TOKEN) {
    first -= 1;
  }
  return first;
}

function binaryString(bytes: Uint8Array): string {
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += 8192) {
    pieces.push(String.fromCharCode(...bytes.subarray(at, at + 8192)));
  }
  return pieces.join("");
}
