import { ActionFailure } from "../../domain/action-failure";
import type { FileReader, FileView } from "../ports";

/** In the order asked for. Throws ActionFailure `file_not_found`, naming those that are not there. */
export async function describeFiles(
  files: FileReader,
  fileIds: readonly string[],
): Promise<FileView[]> {
  const known = await files.describe(fileIds);
  const missing = fileIds.filter((fileId) => !known.has(fileId));
  if (missing.length > 0) {
    throw new ActionFailure("file_not_found", `There is no file ${missing.join(", ")}.`);
  }
  return fileIds.flatMap((fileId) => known.get(fileId) ?? []);
}
