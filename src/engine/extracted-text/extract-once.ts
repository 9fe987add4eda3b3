import { type DocumentSource, extractPages, withPlace } from "../../documents/index";
import { charsetOfType } from "../../domain/charsets/charset-name";
import type { FileReader, FileView } from "../ports";
import { StoredText } from "./stored-text";
import { type FinishedIndex, readIndex, type TextIndex } from "./text-index";
import { TextKeeper } from "./text-keeper";

/**
 * The text of a file, extracted at its first use and stored beside the file. A reading that was cut off goes
 * on after the pages that are stored. Throws like `extractText`.
 */
export async function extractOnce(
  file: FileView,
  files: FileReader,
  signal?: AbortSignal,
): Promise<StoredText> {
  const known = await readIndex(files, file.id);
  return new StoredText(
    file.id,
    files,
    known?.isDone === true ? known : await extractAlone(file, files, known, signal),
  );
}

function extractAlone(
  file: FileView,
  files: FileReader,
  known: TextIndex | null,
  signal: AbortSignal | undefined,
): Promise<FinishedIndex> {
  return withPlace(file.size, signal, async (place, hasWaited) => {
    // Another run may have read the file while this one waited.
    const earlier = hasWaited ? await readIndex(files, file.id) : known;
    if (earlier?.isDone === true) {
      return earlier;
    }
    const keeper = new TextKeeper(files, file.id, earlier);
    try {
      return await keeper.finish(await extractPages(sourceOf(file, files), keeper, place));
    } catch (error) {
      // The first error is thrown, even where the pages so far cannot be stored.
      await keeper.keepProgress().catch(() => {});
      throw error;
    }
  });
}

/** The file as `documents/` reads it: by ranges. */
export function sourceOf(
  { id, name, size, mimeType }: FileView,
  files: FileReader,
): DocumentSource {
  return {
    name,
    size,
    charset: charsetOfType(mimeType),
    read: (offset, length) => files.readRange(id, offset, length),
    stream: () => files.stream(id),
  };
}
