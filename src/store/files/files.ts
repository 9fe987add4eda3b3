/** Files: rows in D1, bytes in R2. A file outside the caller's scope does not exist. */
import type { AccessScope } from "../../domain/access/caller";
import { type Failure, type Issue, type Outcome, failed, success } from "../../domain/failure";
import type { StoredFile } from "../../domain/file";
import type { NewMessage } from "../../domain/message";
import type { Page, PageRequest } from "../../domain/page";
import { type Query, allRows, firstRow, query, runBatch, runQuery } from "../sql/batch";
import { Conditions } from "../sql/conditions";
import { type Databases, type ProjectDatabase, databaseOf } from "../sql/databases";
import { listPage } from "../sql/pages";
import { OWNER, bindScope, fileIsVisible } from "../sql/scope";
import { FILES, type FileRow } from "./file-table";
import { deleteNoted, deleteObjects, deletePrefix, derivedPrefix, fileKey } from "./objects";

export interface NewFile {
  /** The id, under which the bytes are stored already. */
  id: string;
  name: string;
  mimeType: string;
  /** In bytes. */
  size: number;
  nowMs: number;
  purpose?: string | null;
  expiresAtMs?: number | null;
}

/** The purpose of a file whose client gave none. */
export const DEFAULT_PURPOSE = "assistants";

/** Inserts the row of a file whose bytes are in R2 already. A second insert of the id changes nothing. */
export async function createFile(
  db: ProjectDatabase,
  scope: AccessScope,
  { id, name, mimeType, size, nowMs, purpose = null, expiresAtMs = null }: NewFile,
  inSameTransaction: Query<unknown> | null = null,
): Promise<void> {
  await runBatch(db, {
    made: query(
      db,
      `INSERT INTO files (project_id, end_user_id, id, name, mime_type, size, created_at_ms,
         purpose, expires_at_ms) VALUES (?1, ${OWNER}, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
       ON CONFLICT DO NOTHING`,
      ...bindScope(scope),
      id,
      name,
      mimeType,
      size,
      nowMs,
      purpose,
      expiresAtMs,
    ),
    record: inSameTransaction,
  });
}

/**
 * Lists files, a page at a time.
 * @param purpose Lists only files of this purpose.
 */
export function listFiles(
  db: ProjectDatabase,
  scope: AccessScope,
  page: PageRequest,
  purpose?: string,
): Promise<Outcome<Page<StoredFile>>> {
  const within = fileIsVisible("files");
  const conditions = new Conditions(bindScope(scope));
  conditions.add(purpose, (value) => `coalesce(purpose, '${DEFAULT_PURPOSE}') = ${value}`);
  return listPage(
    db,
    {
      table: "files",
      columns: FILES.columns,
      within,
      filter: conditions.sql && `${within} AND ${conditions.sql}`,
      bindings: conditions.bindings,
      read: FILES.read,
    },
    page,
  );
}

/** The file's row, without its bytes; fails with `not_found`. */
export async function getFile(
  db: ProjectDatabase,
  scope: AccessScope,
  id: string,
): Promise<Outcome<StoredFile>> {
  const row = await firstRow<FileRow>(
    query(
      db,
      `SELECT ${FILES.columns} FROM files WHERE id = ?3 AND ${fileIsVisible("files")}`,
      ...bindScope(scope),
      id,
    ),
  );
  return row === undefined ? failed(lostFile(id)) : success(FILES.read(row));
}

/** The files of these ids that are in the scope, in no order. */
export async function getFiles(
  db: ProjectDatabase,
  scope: AccessScope,
  ids: readonly string[],
): Promise<StoredFile[]> {
  if (ids.length === 0) {
    return [];
  }
  const sql = `SELECT ${FILES.columns} FROM files
    WHERE id IN (SELECT value FROM json_each(?3)) AND ${fileIsVisible("files")}`;
  const rows = await allRows<FileRow>(query(db, sql, ...bindScope(scope), JSON.stringify(ids)));
  return rows.map(FILES.read);
}

/** Deletes the row, after which nobody sees the file; then its bytes and the text that was extracted from it. */
export async function deleteFile(
  env: Databases & Pick<Env, "FILES">,
  scope: AccessScope,
  id: string,
): Promise<Outcome<{ id: string }>> {
  const row = await firstRow<{ id: string }>(
    query(
      databaseOf(env, scope),
      `DELETE FROM files WHERE id = ?3 AND ${fileIsVisible("files")} RETURNING id`,
      ...bindScope(scope),
      id,
    ),
  );
  if (row === undefined) {
    return failed(lostFile(id));
  }
  await deleteNoted(async () => {
    await deleteObjects(env.FILES, [fileKey(scope.projectId, id)]);
    await deletePrefix(env.FILES, derivedPrefix(scope.projectId, id));
  });
  return success(row);
}

/** Deletes rows of expired files, and returns how many; their bytes follow by the notes of `doomed-objects.ts`. */
export function expireFiles(db: ProjectDatabase, nowMs: number, limit: number): Promise<number> {
  const sql = `DELETE FROM files WHERE seq IN (SELECT seq FROM files
    WHERE expires_at_ms <= ? ORDER BY expires_at_ms LIMIT ?)`;
  return runQuery(query(db, sql, nowMs, limit));
}

function lostFile(id: string): Failure {
  return { kind: "not_found", entity: "file", id };
}

/** SQL that selects, of the ids in the JSON list `parameter`, those of no file in the scope. */
export function selectUnknownFiles(parameter: string): string {
  return `SELECT f.value AS id FROM json_each(${parameter}) f
    WHERE NOT EXISTS (SELECT 1 FROM files WHERE files.id = f.value AND ${fileIsVisible("files")})`;
}

/** A query for the ids of no file in the scope; null where no file is named. */
export function checkFiles(
  db: ProjectDatabase,
  scope: AccessScope,
  fileIds: readonly string[],
): Query<{ id: string }> | null {
  return fileIds.length === 0
    ? null
    : query(db, selectUnknownFiles("?3"), ...bindScope(scope), JSON.stringify(fileIds));
}

/**
 * The failure `invalid` with an issue at each message that names unknown files.
 * @param pathOf The place in the request of the message with this index.
 */
export function refuseUnknownFiles(
  messages: readonly Pick<NewMessage, "fileIds">[],
  unknown: readonly { id: string }[],
  pathOf: (index: number) => Issue["path"],
): Failure {
  const unknownIds = new Set(unknown.map(({ id }) => id));
  const issues = messages.flatMap(({ fileIds }, index) => {
    const named = fileIds.filter((id) => unknownIds.has(id));
    const message = `names no file of this project: ${named.map((id) => `"${id}"`).join(", ")}`;
    return named.length === 0 ? [] : [{ path: [...pathOf(index), "file_ids"], message }];
  });
  return { kind: "invalid", where: "body", issues };
}
