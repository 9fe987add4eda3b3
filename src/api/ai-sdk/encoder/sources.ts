/** Passages of knowledge as the sources of an answer: one a document, its passages beside it. */
import * as z from "zod";

import type { FoundPassage } from "../../../domain/run-event";
import type { Chunk } from "./chunks";

/** As the action `knowledge` gives it. */
const Hit = z.object({
  document_id: z.string(),
  file_id: z.string().nullish(),
  text: z.string(),
  score: z.number(),
  offset: z.number(),
  source_url: z.string().nullish(),
  pages: z.array(z.int()).optional(),
});

/** As a model's search gives it, with the mark under which the model has read it. */
const Passage: z.ZodType<FoundPassage & { mark?: string | undefined }> = z.object({
  documentId: z.string(),
  fileId: z.string().nullable(),
  text: z.string(),
  score: z.number(),
  offset: z.number(),
  sourceUrl: z.string().nullable().default(null),
  title: z.string(),
  pages: z.array(z.int()).optional(),
  mark: z.string().optional(),
});

interface Found {
  about: { documentId: string; fileId?: string };
  title: string;
  url: string | null;
  passages: object[];
}

const TEXT = "text/plain";

/** @param told Documents that are sources already; those that are told now are put in. */
export function sourcesOf(values: readonly unknown[], seen: Set<string>): Chunk[] {
  const byDocument = new Map<string, Found>();
  for (const value of values) {
    const found = read(value);
    const { documentId } = found?.about ?? { documentId: "" };
    if (found !== null && !seen.has(documentId)) {
      const known = byDocument.get(documentId);
      known?.passages.push(...found.passages);
      byDocument.set(documentId, known ?? found);
    }
  }
  return [...byDocument].map(([documentId, found]) => {
    seen.add(documentId);
    return sourceOf(documentId, found);
  });
}

function read(value: unknown): Found | null {
  const hit = Hit.safeParse(value);
  if (hit.success) {
    const { document_id: documentId, file_id: fileId, source_url: url = null } = hit.data;
    const about = { documentId, ...(fileId ? { fileId } : {}) };
    return { about, title: url ?? documentId, url, passages: [passageOf(hit.data)] };
  }
  const passage = Passage.safeParse(value);
  if (!passage.success) {
    return null;
  }
  const { documentId, fileId, title, sourceUrl: url = null } = passage.data;
  const about = { documentId, ...(fileId === null ? {} : { fileId }) };
  return { about, title, url, passages: [passageOf(passage.data)] };
}

type Shown = Pick<FoundPassage, "text" | "score" | "offset" | "pages"> & {
  mark?: string | undefined;
};

function passageOf({ text, score, offset, pages, mark }: Shown) {
  return { ...(mark === undefined ? {} : { mark }), text, score, offset, ...(pages && { pages }) };
}

function sourceOf(sourceId: string, { about, title, url, passages }: Found): Chunk {
  const providerMetadata = { bobbin: { ...about, passages } };
  return url !== null && /^https?:\/\//i.test(url)
    ? { type: "source-url", sourceId, url, providerMetadata }
    : { type: "source-document", sourceId, mediaType: TEXT, title, providerMetadata };
}
