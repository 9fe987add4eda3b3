/** Documents that a DOCX takes in whole (`w:altChunk`): HTML, MHT, RTF, plain text, other DOCX files. */
import { DOCUMENT } from "../../../limits";
import type { DocumentSource } from "../../extractor";
import type { ZipArchive } from "../../package/zip";
import type { ReaderContext } from "../../reader";
import { isUnreadable } from "../../unreadable";
import type { Relation } from "../ooxml";

interface Chunks {
  /** By relation's id. */
  texts: ReadonlyMap<string, string>;
  /** Says which of them could not be read, where there is one. */
  warning: { warning?: string };
}

export async function readChunks(
  zip: ZipArchive,
  relations: readonly Relation[],
  { readEmbedded }: Pick<ReaderContext, "readEmbedded">,
): Promise<Chunks> {
  const texts = new Map<string, string>();
  const read = new Map<string, string>();
  const warning: Chunks["warning"] = {};
  for (const { id, type, part } of relations) {
    await zip.work.passEntry();
    if (type !== "aFChunk" || !zip.has(part)) {
      continue;
    }
    try {
      const text = read.get(part) ?? (await readEmbedded(await sourceOf(zip, part)));
      read.set(part, text);
      texts.set(id, text);
    } catch (error) {
      if (!isUnreadable(error)) {
        throw error;
      }
      warning.warning = `The part "${part}" cannot be read: ${error.message}`;
    }
  }
  return { texts, warning };
}

async function sourceOf(zip: ZipArchive, part: string): Promise<DocumentSource> {
  const bytes = await zip.bytes(part, DOCUMENT.embeddedMaxBytes);
  return {
    name: part,
    size: bytes.length,
    read: async (offset, length) => bytes.subarray(offset, offset + length),
    stream: async () => new Blob([bytes]).stream(),
  };
}
