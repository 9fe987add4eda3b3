/** Files as a run reads them: described, whole, in pieces, and with what was made out of them. */
import type { Reach } from "../../domain/caller";
import type { StoredFile } from "../../domain/file";
import { query, runBatch } from "../sql/batch";
import { OWNER, bindReach } from "../sql/scope";
import { derivedPrefix, fileKey } from "./objects";

type DescribedFile = Pick<StoredFile, "id" | "name" | "mimeType" | "size">;

interface FileRow {
  id: string;
  name: string;
  mime_type: string;
  size: number;
}

/** A run for an end user reads that user's files and those that the project itself has uploaded. */
export async function describeFiles(
  db: D1Database,
  reach: Reach,
  fileIds: readonly string[],
): Promise<Map<string, DescribedFile>> {
  const [rows] = await runBatch<[FileRow]>(db, [
    query(
      db,
      `SELECT id, name, mime_type, size FROM files
       WHERE project_id = ?1 AND (?2 IS NULL OR end_user_id IS NULL OR end_user_id = ${OWNER})
         AND id IN (SELECT value FROM json_each(?3))`,
      ...bindReach(reach),
      JSON.stringify(fileIds),
    ),
  ]);
  return new Map(
    rows.map(({ id, name, mime_type: mimeType, size }) => [id, { id, name, mimeType, size }]),
  );
}

/** Null where there are no bytes under this id. */
export async function readFileRange(
  bucket: R2Bucket,
  { projectId, fileId }: FileAddress,
  range: { offset: number; length: number },
): Promise<Uint8Array | null> {
  const found = await bucket.get(fileKey(projectId, fileId), { range });
  return found === null ? null : new Uint8Array(await found.arrayBuffer());
}

export async function streamFile(
  bucket: R2Bucket,
  { projectId, fileId }: FileAddress,
): Promise<ReadableStream<Uint8Array> | null> {
  const found = await bucket.get(fileKey(projectId, fileId));
  return found?.body ?? null;
}

export async function readDerived(
  bucket: R2Bucket,
  { projectId, fileId }: FileAddress,
  name: string,
): Promise<string | null> {
  const found = await bucket.get(derivedPrefix(projectId, fileId) + name);
  return found === null ? null : found.text();
}

export async function keepDerived(
  bucket: R2Bucket,
  { projectId, fileId }: FileAddress,
  derived: { name: string; content: string },
): Promise<void> {
  await bucket.put(derivedPrefix(projectId, fileId) + derived.name, derived.content);
}

export interface FileAddress {
  projectId: string;
  fileId: string;
}
