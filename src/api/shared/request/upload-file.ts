/** A file out of a form: its bytes, its row and the answer to a retry, or nothing of them. */
import type { Context } from "hono";

import { scopeOf } from "../../../domain/access/caller";
import type { StoredFile } from "../../../domain/file";
import { newFileId } from "../../../domain/ids";
import { createFile } from "../../../store/files/files";
import { deleteObjects, fileKey } from "../../../store/files/objects";
import { databaseOf } from "../../../store/sql/databases";
import type { AppEnv } from "../app-env";
import { readIdempotency, replayResponse } from "../idempotency/idempotent-request";
import { reply } from "../operation";
import { uploadRoom, withRoom } from "./body-budget";
import { receiveUpload } from "./receive-upload";

type UploadedFile = Omit<StoredFile, "projectNumber">;

type Settings = Pick<StoredFile, "purpose" | "expiresAtMs">;

interface UploadForm<Answer> {
  /** Of the fields that the form may have beside its file. */
  names: readonly string[];
  /** What they say; throws where they break a rule. */
  read: (fields: Readonly<Record<string, string>>, nowMs: number) => Settings;
  present: (file: UploadedFile) => Answer;
}

/** The answer, or the text of the one that an earlier try of this request was given. */
export async function uploadFile<Answer extends object>(
  c: Context<AppEnv>,
  { names, read, present }: UploadForm<Answer>,
): Promise<{ answer: Answer } | { replayed: string }> {
  const scope = scopeOf(c.var.caller);
  const { projectId } = scope;
  const id = newFileId();
  const key = fileKey(projectId, id);
  const { fields, ...upload } = await withRoom(c, uploadRoom(c.req.raw), () =>
    receiveUpload(c.req.raw, c.env.FILES, key, names),
  );
  try {
    const nowMs = Date.now();
    const file = { id, projectId, ...upload, createdAtMs: nowMs, ...read(fields, nowMs) };
    const answer = present(file);
    const said = Object.keys(fields).length === 0 ? upload : { ...upload, fields };
    const idempotent = await readIdempotency(c, said);
    c.set("idempotent", idempotent);
    const first = (await idempotent?.lookup()) ?? null;
    if (first !== null) {
      await deleteObjects(c.env.FILES, [key]);
      return { replayed: first };
    }
    const record = idempotent?.store(answer, id) ?? null;
    await createFile(databaseOf(c.env, c.var.caller), scope, { ...file, nowMs }, record);
    return { answer };
  } catch (error) {
    await deleteObjects(c.env.FILES, [key]);
    throw error;
  }
}

/** The reply of an upload's route: its answer, or the one that an earlier try of the request was given. */
export function replyToUpload(
  c: Context<AppEnv>,
  uploaded: { answer: object } | { replayed: string },
) {
  return "replayed" in uploaded ? replayResponse(c, uploaded.replayed) : reply(c, uploaded.answer);
}
