import { Hono } from "hono";

import { scopeOf } from "../../domain/access/caller";
import { deleteFile, getFile, listFiles } from "../../store/files/files";
import { databaseOf } from "../../store/sql/databases";
import type { AppEnv } from "../shared/app-env";
import { DOWNLOADS } from "../shared/openapi/downloads";
import { operation, reply, replyText } from "../shared/operation";
import { unwrap } from "../shared/reply/fail";
import { sendFile } from "../shared/reply/send-file";
import { replyToUpload, uploadFile } from "../shared/request/upload-file";
import {
  FileDeletedReply,
  FileListReply,
  FileReply,
  ListFilesQuery,
  UPLOAD_FORM,
  UploadedReply,
  presentFile,
  presentUploaded,
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
      const uploaded = await uploadFile(c, {
        names: [],
        read: () => ({ purpose: null, expiresAtMs: null }),
        present: presentUploaded,
      });
      return replyToUpload(c, uploaded);
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
        scopeOf(c.var.caller),
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
        scopeOf(c.var.caller),
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
        scopeOf(c.var.caller),
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
      const deleted = await deleteFile(c.env, scopeOf(c.var.caller), c.req.param("file_id"));
      return reply(c, { message: "deleted", fileId: unwrap(deleted).id });
    },
  );
