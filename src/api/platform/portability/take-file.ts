/** Takes one file in under the id it had: its bytes are the body, what is known of it the query. */
import * as z from "zod";

import type { Issue } from "../../../domain/failure";
import { type RecordOf } from "../../../domain/records/export-record";
import { RECORD_TABLES } from "../../../domain/records/record-tables";
import { FILE } from "../../../limits";
import { deleteObjects, fileKey } from "../../../store/files/objects";
import { WrongSize, importBytes } from "../../../store/portability/import-file";
import { ImportWindow } from "../../../store/portability/import-window";
import { fail } from "../../shared/reply/fail";
import { UPLOAD_PATIENCE, bodyChunks } from "../../shared/request/body-watch";

const {
  name,
  mime_type: mimeType,
  size,
  created_at_ms: createdAtMs,
  end_user_id: endUserId,
} = RECORD_TABLES.file.fields;

const WholeNumber = z
  .string()
  .regex(/^\d{1,16}$/, "must be a whole number")
  .transform(Number);

/** As the `file` line of an export. */
export const FileQuery = z.strictObject({
  name: name.schema.meta({ example: "notes.txt" }),
  mime_type: mimeType.schema.meta({ example: "text/plain" }),
  size: WholeNumber.pipe(size.schema)
    .describe("Bytes: as many as the body has.")
    .meta({ document: { type: "integer", minimum: 0, maximum: FILE.maxBytes }, example: 5 }),
  created_at_ms: WholeNumber.pipe(createdAtMs.schema)
    .describe("Unix milliseconds.")
    .meta({ document: { type: "integer", minimum: 0 }, example: 1_700_000_000_000 }),
  end_user_id: endUserId.schema,
});

/** @returns True where it was new: one that is there already under its id stays as it is. */
export async function takeFile(
  env: Env,
  projectId: string,
  given: z.output<typeof FileQuery> & { id: string },
  body: ReadableStream<Uint8Array> | null,
): Promise<boolean> {
  if (!RECORD_TABLES.file.fields.id.schema.safeParse(given.id).success) {
    refuse("path", { path: ["file_id"], message: "must be a UUID" });
  }
  const file: RecordOf<"file"> = {
    type: "file",
    is_lost: false,
    purpose: null,
    expires_at_ms: null,
    ...given,
  };
  const isStored = await storeBytesOf(env, projectId, file, body);
  const window = new ImportWindow();
  window.add(file, { line: 1, chars: 0 });
  try {
    const { made } = await window.write(env, projectId);
    return (made.get("file") ?? 0) > 0;
  } catch (error) {
    if (isStored) {
      await deleteObjects(env.FILES, [fileKey(projectId, file.id)]);
    }
    throw error;
  }
}

async function storeBytesOf(
  env: Env,
  projectId: string,
  file: RecordOf<"file">,
  body: ReadableStream<Uint8Array> | null,
): Promise<boolean> {
  try {
    return await importBytes(env, projectId, file, bodyChunks(body, UPLOAD_PATIENCE));
  } catch (error) {
    if (error instanceof WrongSize) {
      refuse("query", { path: ["size"], message: `is not what the body has: ${error.message}` });
    }
    throw error;
  }
}

function refuse(where: "path" | "query", issue: Issue): never {
  return fail({ kind: "invalid", where, issues: [issue] });
}
