/** Lines that were folded, joined again as bytes: a fold may stand inside of a character. */
import { joinBytes } from "../../domain/bytes";
import type { DocumentSource } from "../extractor";

const CR = 0x0d;
const LF = 0x0a;
const SPACES: ReadonlySet<number | undefined> = new Set([0x20, 0x09]);

/** `keepsSpace`: the space that marks the fold is one of the text, as in vCard 2.1. */
class Unfolder {
  readonly #keepsSpace: boolean;
  /** A line break, until it is clear what follows. */
  #held: Uint8Array = new Uint8Array();

  constructor(keepsSpace: boolean) {
    this.#keepsSpace = keepsSpace;
  }

  write(piece: Uint8Array): Uint8Array {
    const bytes = this.#held.length === 0 ? piece : joinBytes([this.#held, piece]);
    const kept = new Uint8Array(bytes.length);
    let length = 0;
    let at = 0;
    this.#held = new Uint8Array();
    while (at < bytes.length) {
      const end = endOfBreak(bytes, at);
      if (end > at && end >= bytes.length) {
        this.#held = bytes.slice(at);
        break;
      }
      if (end > at && bytes[end - 1] === LF && SPACES.has(bytes[end])) {
        at = this.#keepsSpace ? end : end + 1;
        continue;
      }
      kept[length] = bytes[at] ?? 0;
      length += 1;
      at += 1;
    }
    return kept.subarray(0, length);
  }

  end(): Uint8Array {
    return this.#held;
  }
}

/** Behind the line break that begins here; `at` where none does. */
function endOfBreak(bytes: Uint8Array, at: number): number {
  if (bytes[at] === CR) {
    return bytes[at + 1] === LF || at + 1 >= bytes.length ? at + 2 : at;
  }
  return bytes[at] === LF ? at + 1 : at;
}

export function unfold(bytes: Uint8Array, keepsSpace: boolean): Uint8Array {
  const unfolder = new Unfolder(keepsSpace);
  return joinBytes([unfolder.write(bytes), unfolder.end()]);
}

/** The file with its lines unfolded. */
export function unfolded(source: DocumentSource, keepsSpace: boolean): DocumentSource {
  return {
    ...source,
    read: async (offset, length) => unfold(await source.read(offset, length), keepsSpace),
    async stream() {
      const unfolder = new Unfolder(keepsSpace);
      return (await source.stream()).pipeThrough(
        new TransformStream<Uint8Array, Uint8Array>({
          transform: (piece, controller) => controller.enqueue(unfolder.write(piece)),
          flush: (controller) => controller.enqueue(unfolder.end()),
        }),
      );
    },
  };
}
