/** Puts the text of the files that messages name into the messages, each where it is named last. */
import { ActionFailure } from "../../domain/action-failure";
import { withoutStop } from "../../domain/text";
import { ACTION } from "../../limits";
import { extractOnce } from "../extracted-text/extract-once";
import type { FileReader, FileView } from "../ports";

interface NamesFiles {
  content: string;
  file_ids?: string[] | undefined;
}

/**
 * The messages, oldest first, with the text of their files behind their content. The newest files are
 * read first, up to `maxChars` UTF-16 units of text in all and `ACTION.threadMaxFiles` files; of the
 * rest, and of what is gone or cannot be read, the message says so.
 */
export async function withFileTexts<M extends NamesFiles>(
  messages: readonly M[],
  files: FileReader,
  maxChars: number,
  signal: AbortSignal,
): Promise<M[]> {
  const named = new Set(messages.flatMap(({ file_ids = [] }) => file_ids));
  if (named.size === 0) {
    return [...messages];
  }
  const reader = new NewestFirst(files, await files.describe([...named]), {
    maxChars,
    signal,
  });
  const filled: M[] = [];
  for (const message of messages.toReversed()) {
    const texts: string[] = [];
    // One after the other: a large document alone takes most of a Worker's memory.
    for (const fileId of (message.file_ids ?? []).toReversed()) {
      texts.unshift(await reader.read(fileId));
    }
    const content = [message.content, ...texts].filter((text) => text !== "").join("\n\n");
    filled.unshift({ ...message, content });
  }
  return filled;
}

class NewestFirst {
  readonly #files: FileReader;
  readonly #known: ReadonlyMap<string, FileView>;
  readonly #read = new Set<string>();
  readonly #signal: AbortSignal;
  #leftChars: number;

  constructor(
    files: FileReader,
    known: ReadonlyMap<string, FileView>,
    { maxChars, signal }: { maxChars: number; signal: AbortSignal },
  ) {
    this.#files = files;
    this.#known = known;
    this.#leftChars = maxChars;
    this.#signal = signal;
  }

  async read(fileId: string): Promise<string> {
    const file = this.#known.get(fileId);
    if (file === undefined) {
      return `[file ${fileId}: it is not there any more]`;
    }
    if (this.#read.has(fileId)) {
      return `[file ${file.name}: see below]`;
    }
    this.#read.add(fileId);
    if (this.#leftChars <= 0 || this.#read.size > ACTION.threadMaxFiles) {
      return `[file ${file.name}: left out, there are too many]`;
    }
    try {
      return await this.#excerpt(file);
    } catch (error) {
      // A picture is no failure of the conversation.
      if (error instanceof ActionFailure) {
        return `[file ${file.name}: ${withoutStop(error.message)}]`;
      }
      throw error;
    }
  }

  async #excerpt(file: FileView): Promise<string> {
    const stored = await extractOnce(file, this.#files, this.#signal);
    const { text, isCut } = await stored.readText(this.#leftChars);
    this.#leftChars -= text.length;
    return `[file ${file.name}${isCut ? ", cut off" : ""}]\n${text.trim()}`;
  }
}
