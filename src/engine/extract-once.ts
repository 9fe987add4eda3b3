import * as z from "zod";

import { type DocumentSource, type ExtractedText, extractText } from "../documents/index";
import { charsetOfType } from "../domain/charset-name";
import type { FileReader, FileView } from "./ports";

/** Counts up when extraction gets better, so that files are read anew. */
const DERIVED_NAME = "extracted-text-2";

/** What is kept of a file's text; `text` is null where the pages hold it all. */
export type FileText = Omit<ExtractedText, "text"> & { text: string | null };

const FileText: z.ZodType<FileText> = z.object({
  mimeType: z.string(),
  pageUnit: z.enum(["page", "sheet", "slide", "chapter"]).exactOptional(),
  pages: z
    .array(z.object({ number: z.int(), name: z.string().exactOptional(), text: z.string() }))
    .exactOptional(),
  text: z.string().nullable(),
  metadata: z.record(z.string(), z.string()),
  truncated: z.boolean(),
});

/** A file's text, extracted at its first use and kept beside the file. Throws like `extractText`. */
export async function extractOnce(file: FileView, files: FileReader): Promise<FileText> {
  const kept = await files.readDerived(file.id, DERIVED_NAME);
  if (kept !== null) {
    return FileText.parse(JSON.parse(kept));
  }
  const extracted = await extractText(sourceOf(file, files));
  const text = extracted.pages === undefined ? extracted.text : null;
  const fileText = { ...extracted, text };
  await files.keepDerived(file.id, DERIVED_NAME, JSON.stringify(fileText));
  return fileText;
}

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
