import type { AccessScope } from "../domain/access/caller";
import { ActionFailure } from "../domain/action-failure";
import type { FileReader } from "../engine/ports";
import {
  type ProjectFiles,
  describeFiles,
  keepDerived,
  readDerived,
  readFileRange,
  streamFile,
} from "../store/files/run-files";
import { type Databases, databaseOf } from "../store/sql/databases";

/**
 * The files in reach of a run. The engine asks for bytes only of files that it has had described.
 * @param projectFiles Asked anew at each description.
 */
export function fileReader(
  env: Databases & Pick<Env, "FILES">,
  scope: AccessScope,
  projectFiles: () => ProjectFiles,
): FileReader {
  const { FILES: bucket } = env;
  const db = databaseOf(env, scope);
  const addressOf = (fileId: string) => ({ projectId: scope.projectId, fileId });
  return {
    describe: (fileIds) => describeFiles(db, scope, fileIds, projectFiles()),
    async readRange(fileId, offset, length) {
      return present(fileId, await readFileRange(bucket, addressOf(fileId), { offset, length }));
    },
    async stream(fileId) {
      return present(fileId, await streamFile(bucket, addressOf(fileId)));
    },
    readDerived: (fileId, name, range) => readDerived(bucket, addressOf(fileId), name, range),
    async keepDerived(fileId, name, content) {
      const isKept = await keepDerived(bucket, addressOf(fileId), { name, content });
      present(fileId, isKept ? content : null);
    },
  };
}

/** Deleted while the run was at work on it. */
function present<T>(fileId: string, found: T | null): T {
  if (found === null) {
    throw new ActionFailure("file_not_found", `The file ${fileId} is gone.`);
  }
  return found;
}
