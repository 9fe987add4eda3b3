import { Hono } from "hono";

import { reachOf } from "../../domain/access/caller";
import { newFileId } from "../../domain/ids";
import { createFile, deleteFile, getFile, listFiles } from "../../store/files/files";
import { deleteObjects, fileKey } from "../../store/files/objects";
import { databaseOf } from "../../store/sql/databases";
import type { AppEnv } from "../shared/app-env";
import { readIdempotency, replayResponse } from "../shared/idempotency/idempotent-request";
import { operation, reply, replyText } from "../shared/operation";
import { unwrap } from "../shared/reply/fail";
import { sendFile } from "../shared/reply/send-file";
import { uploadRoom, withRoom } from "../shared/request/body-budget";
import { receiveUpload } from "../shared/request/receive-upload";
import {
  DOWNLOADS,
  FileDeletedReply,
  FileListReply,
  FileReply,
  ListFilesQuery,
  UPLOAD_FORM,
  UploadedReply,
  presentFile,
} from "./file-wire";

const tag = "Files";

export const files = new Hono<AppEnv>()
  .post(
    "/files",
    operation({
      id: "uploadFile",
      tag,
      summary: "Upload a file",
      access: "write",
      verb: "files:create",
      retry: "own",
      reply: UploadedReply,
      document: { requestBody: UPLOAD_FORM },
    }),
    async (c) => {
      const reach = reachOf(c.var.caller);
      const id = newFileId();
      const key = fileKey(reach.projectId, id);
      const upload = await withRoom(c, uploadRoom(c.req.raw), () =>
        receiveUpload(c.req.raw, c.env.FILES, key),
      );
      const answer = {
        message: "upload file success",
        fileId: id,
        path: `${reach.projectId}/${id}`,
      } as const;
      try {
        const idempotent = await readIdempotency(c, upload);
        c.set("idempotent", idempotent);
        const first = await idempotent?.lookup();
        if (idempotent !== null && first !== undefined && first !== null) {
          await deleteObjects(c.env.FILES, [key]);
          return replayResponse(c, first);
        }
        const record = idempotent?.store(answer, id) ?? null;
        await createFile(
          databaseOf(c.env, c.var.caller),
          reach,
          { id, ...upload, nowMs: Date.now() },
          record,
        );
      } catch (error) {
        await deleteObjects(c.env.FILES, [key]);
        throw error;
      }
      return reply(c, answer);
    },
  )
  .get(
    "/files",
    operation({
      id: "listFiles",
      tag,
      summary: "List files, the newest first",
      access: "read",
      verb: "files:read",
      query: ListFilesQuery,
      reply: FileListReply,
    }),
    async (c) => {
      const listed = await listFiles(
        databaseOf(c.env, c.var.caller),
        reachOf(c.var.caller),
        c.req.valid("query"),
      );
      return reply(c, { files: unwrap(listed).items.map(presentFile) });
    },
  )
  .get(
    "/files/:file_id",
    operation({
      id: "getFile",
      tag,
      summary: "Get what is known of a file",
      access: "read",
      verb: "files:read",
      reply: FileReply,
    }),
    async (c) => {
      const file = await getFile(
        databaseOf(c.env, c.var.caller),
        reachOf(c.var.caller),
        c.req.param("file_id"),
      );
      return reply(c, { file: presentFile(unwrap(file)) });
    },
  )
  .get(
    "/files/:file_id/content",
    operation({
      id: "getFileContent",
      tag,
      summary: "Download a file",
      description: "Honours one `Range`, `If-Range` and `If-None-Match`.",
      access: "read",
      verb: "files:read",
      failures: ["range_not_satisfiable"],
      document: { responses: DOWNLOADS },
    }),
    async (c) => {
      const file = await getFile(
        databaseOf(c.env, c.var.caller),
        reachOf(c.var.caller),
        c.req.param("file_id"),
      );
      return replyText(await sendFile(c.req.raw, c.env.FILES, unwrap(file)));
    },
  )
  .delete(
    "/files/:file_id",
    operation({
      id: "deleteFile",
      tag,
      summary: "Delete a file",
      description: "Messages that name the file keep its id.",
      access: "write",
      reply: FileDeletedReply,
    }),
    async (c) => {
      const deleted = await deleteFile(c.env, reachOf(c.var.caller), c.req.param("file_id"));
      return reply(c, { message: "deleted", fileId: unwrap(deleted).id });
    },
  );
