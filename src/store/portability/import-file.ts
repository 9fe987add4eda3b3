import type { RecordOf } from "../../domain/records/export-record";
import { deleteObjects, fileKey } from "../files/objects";
import { type StoredBytes, TooManyBytes, storeBytes } from "../files/store-bytes";
import { firstRow, query } from "../sql/batch";
import { type Databases, type ProjectDatabase, databaseOf } from "../sql/databases";

/** Thrown where the bytes of a file are not as many as its record says. */
export class WrongSize extends Error {
  override readonly name = "WrongSize";
}

/**
 * Stores the bytes of a file whose row is still to be written. Bytes that are there already stay, and
 * the pieces are read all the same: only their place in the stream matters then.
 * @returns True where the bytes were new.
 * @throws WrongSize; nothing new is stored then.
 */
export async function importBytes(
  env: Databases & Pick<Env, "FILES">,
  projectId: string,
  file: Pick<RecordOf<"file">, "id" | "size">,
  pieces: AsyncIterable<Uint8Array>,
): Promise<boolean> {
  const { FILES: bucket } = env;
  const db = databaseOf(env, { projectId });
  const key = fileKey(projectId, file.id);
  const stored = await bucket.head(key);
  if (stored !== null && (stored.size === file.size || (await isListed(db, projectId, file.id)))) {
    await passOver(pieces);
    return false;
  }
  const { size } = await storeExactly(bucket, key, pieces, file);
  if (size !== file.size) {
    await deleteObjects(bucket, [key]);
    throw wrongSize(file, size);
  }
  return true;
}

async function storeExactly(
  bucket: R2Bucket,
  key: string,
  pieces: AsyncIterable<Uint8Array>,
  file: Pick<RecordOf<"file">, "id" | "size">,
): Promise<StoredBytes> {
  try {
    return await storeBytes(bucket, key, pieces, file.size);
  } catch (error) {
    throw error instanceof TooManyBytes ? wrongSize(file, "more") : error;
  }
}

function wrongSize({ id, size }: Pick<RecordOf<"file">, "id" | "size">, got: number | "more") {
  return new WrongSize(`file ${id} has ${got} bytes, not ${size}`);
}

async function isListed(db: ProjectDatabase, projectId: string, id: string): Promise<boolean> {
  const sql = "SELECT 1 FROM files WHERE project_id = ? AND id = ?";
  return (await firstRow(query(db, sql, projectId, id))) !== undefined;
}

async function passOver(pieces: AsyncIterable<Uint8Array>): Promise<void> {
  const iterator = pieces[Symbol.asyncIterator]();
  while ((await iterator.next()).done !== true) {
    // Only the place in the stream matters.
  }
}
