/** Files as a run reads them: described, whole, in pieces, and with what was made out of them. */
import type { AccessScope } from "../../domain/access/caller";
import type { StoredFile } from "../../domain/file";
import { allRows, query } from "../sql/batch";
import type { ProjectDatabase } from "../sql/databases";
import { OWNER, bindScope, fileIsThere } from "../sql/scope";
import type { Row } from "../sql/table";
import { FILES } from "./file-table";
import { deletePrefix, derivedPrefix, fileKey } from "./objects";

type DescribedFile = Pick<StoredFile, "id" | "name" | "mimeType" | "size">;

const DESCRIBED_FILES = FILES.pick("id", "name", "mimeType", "size");

/** Which files of the project itself, beside its end user's own, a run may read. */
export interface ProjectFiles {
  /** All of them, or those of these ids. */
  open: "project" | readonly string[];
  /** And those that a message on these threads names which no run wrote. */
  threadIds: readonly string[];
}

/** Those that the run may read; one for no end user reads all of the project's. */
export async function describeFiles(
  db: ProjectDatabase,
  scope: AccessScope,
  fileIds: readonly string[],
  { open, threadIds }: ProjectFiles,
): Promise<Map<string, DescribedFile>> {
  const rows = await allRows(
    query<Row<DescribedFile>>(
      db,
      `SELECT ${DESCRIBED_FILES.columns} FROM files
       WHERE project_id = ?1 AND id IN (SELECT value FROM json_each(?3)) AND ${fileIsThere("files")}
         AND (?2 IS NULL OR end_user_id = ${OWNER} OR end_user_id IS NULL AND (
           ?4 IS NULL OR id IN (SELECT value FROM json_each(?4))
           OR EXISTS (SELECT 1 FROM file_uses u JOIN messages m ON m.seq = u.message_seq
             WHERE u.project_id = ?1 AND u.file_id = files.id AND m.project_id = ?1
               AND m.thread_id IN (SELECT value FROM json_each(?5)) AND m.run_id IS NULL)))`,
      ...bindScope(scope),
      JSON.stringify(fileIds),
      open === "project" ? null : JSON.stringify(open),
      JSON.stringify(threadIds),
    ),
  );
  return new Map(rows.map(DESCRIBED_FILES.read).map((file) => [file.id, file]));
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

/** The file's bytes as they come; null where they are gone. */
export async function streamFile(
  bucket: R2Bucket,
  { projectId, fileId }: FileAddress,
): Promise<ReadableStream<Uint8Array> | null> {
  const found = await bucket.get(fileKey(projectId, fileId));
  return found?.body ?? null;
}

/** Bytes that were made of the file and kept beside it; null where there are none. */
export async function readDerived(
  bucket: R2Bucket,
  { projectId, fileId }: FileAddress,
  name: string,
  range?: { offset: number; length: number },
): Promise<Uint8Array | null> {
  const key = derivedPrefix(projectId, fileId) + name;
  const found = await bucket.get(key, range === undefined ? {} : { range });
  return found === null ? null : found.bytes();
}

/** False where the file has gone meanwhile: nothing is kept of it then. */
export async function keepDerived(
  bucket: R2Bucket,
  { projectId, fileId }: FileAddress,
  derived: { name: string; content: Uint8Array },
): Promise<boolean> {
  const prefix = derivedPrefix(projectId, fileId);
  await bucket.put(prefix + derived.name, derived.content);
  // Who deletes a file deletes its bytes first, then what was made of it: one of the two sees the other.
  if ((await bucket.head(fileKey(projectId, fileId))) !== null) {
    return true;
  }
  await deletePrefix(bucket, prefix);
  return false;
}

export interface FileAddress {
  projectId: string;
  fileId: string;
}
