/**
 * How a file's text is kept beside it: as UTF-8 in immutable blocks, each named after its content, and an
 * index that says where in them each page stands. Two pages then cost the index and two pages.
 */
import * as z from "zod";

import type { FileReader } from "../ports";

/** Counts up when extraction or this form gets better, so that files are read anew. */
const DERIVED_NAME = "extracted-text-4";
const INDEX_NAME = `${DERIVED_NAME}/index`;

/** Blocks follow each other in their order; no character is cut by their seams. */
const Block = z.object({
  /** SHA-256 of the content: readings of one file that overlap write the same blocks or others, never over them. */
  digest: z.string(),
  bytes: z.int(),
});
export type Block = z.infer<typeof Block>;

/** A page, behind the one before; of a format without pages the whole text. */
const Part = z.object({
  name: z.string().exactOptional(),
  /** UTF-16 units, as limits count. */
  chars: z.int(),
  bytes: z.int(),
});
export type Part = z.infer<typeof Part>;

const Stored = { blocks: z.array(Block), parts: z.array(Part) };

/** Of a reading that was cut off: the pages that it has left. */
const UnfinishedIndex = z.object({ isDone: z.literal(false), ...Stored });
export type UnfinishedIndex = z.infer<typeof UnfinishedIndex>;

const FinishedIndex = z.object({
  isDone: z.literal(true),
  ...Stored,
  mimeType: z.string(),
  /** Absent where the format has no pages. */
  pageUnit: z.enum(["page", "sheet", "slide", "chapter"]).exactOptional(),
  metadata: z.record(z.string(), z.string()),
  /** The document goes on beyond what was kept. */
  truncated: z.boolean(),
});
export type FinishedIndex = z.infer<typeof FinishedIndex>;

const TextIndex = z.discriminatedUnion("isDone", [UnfinishedIndex, FinishedIndex]);
export type TextIndex = z.infer<typeof TextIndex>;

export function blockName({ digest }: Block): string {
  return `${DERIVED_NAME}/${digest}`;
}

/** Null where nobody has begun to read the file. */
export async function readIndex(files: FileReader, fileId: string): Promise<TextIndex | null> {
  const kept = await files.readDerived(fileId, INDEX_NAME);
  return kept === null ? null : TextIndex.parse(JSON.parse(new TextDecoder().decode(kept)));
}

export async function keepIndex(
  files: FileReader,
  fileId: string,
  index: TextIndex,
): Promise<void> {
  await files.keepDerived(fileId, INDEX_NAME, new TextEncoder().encode(JSON.stringify(index)));
}
