import { DOCUMENT } from "../../limits";
import type { DocumentSource } from "../extractor";

/** Small files are read in one go and served from memory, since each read of the store takes a request. */
export async function bufferSmallFile(source: DocumentSource): Promise<DocumentSource> {
  if (source.size > DOCUMENT.readWholeMaxBytes) {
    return source;
  }
  const bytes = await source.read(0, source.size);
  return {
    ...source,
    size: bytes.length,
    read: async (offset, length) => bytes.subarray(offset, offset + length),
    stream: async () => new Blob([bytes]).stream(),
  };
}
