/** Files: rows in D1, bytes in R2. A file outside the reach does not exist. */
import type { Reach } from "../domain/caller";
import type { Failure, Issue } from "../domain/failure";
import type { NewMessage } from "../domain/message";
import { type Query, query } from "./batch";
import { bindReach, fileInReach } from "./reach";

/** SQL that selects, of the ids in the JSON list `parameter`, those that name no file in reach. */
export function selectUnknownFiles(parameter: string): string {
  return `SELECT f.value AS id FROM json_each(${parameter}) f
    WHERE NOT EXISTS (SELECT 1 FROM files WHERE files.id = f.value AND ${fileInReach("files")})`;
}

/** Its rows say which of the files are out of reach; null where no file is named. */
export function checkFiles(
  db: D1Database,
  reach: Reach,
  fileIds: readonly string[],
): Query<{ id: string }> | null {
  return fileIds.length === 0
    ? null
    : query(db, selectUnknownFiles("?3"), ...bindReach(reach), JSON.stringify(fileIds));
}

/**
 * Names the unknown files at the messages that name them.
 * @param pathOf Where the message of this index is in the request.
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
