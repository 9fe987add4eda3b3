import { Hono } from "hono";

import { scopeOf } from "../../../domain/access/caller";
import { deleteFile, getFile, listFiles } from "../../../store/files/files";
import { databaseOf } from "../../../store/sql/databases";
import type { AppEnv } from "../../shared/app-env";
import { DOWNLOADS } from "../../shared/openapi/downloads";
import { reply, replyText } from "../../shared/operation";
import { unwrap } from "../../shared/reply/fail";
import { sendFile } from "../../shared/reply/send-file";
import { replyToUpload, uploadFile } from "../../shared/request/upload-file";
import { aliasedIdOf } from "../aliases";
import { call } from "../call";
import { presentList, readPage } from "../fields";
import { toWireId } from "../ids";
import {
  FILES_PER_PAGE,
  FileDeletedWire,
  FileListWire,
  FileWire,
  ListFilesQuery,
  UPLOAD_FIELDS,
  UPLOAD_FORM,
  presentFile,
  readUploadFields,
} from "./file-wire";

const tag = "Assistants files";

export const files = new Hono<AppEnv>()
  .post(
    "/files",
    call({
      id: "openaiCreateFile",
      tag,
      summary: "Upload a file",
      description: "The fields may stand before the file or behind it.",
      access: "write",
      verb: "files:create",
      retry: "own",
      reply: FileWire,
      document: { requestBody: UPLOAD_FORM },
    }),
    async (c) => {
      const uploaded = await uploadFile(c, {
        names: UPLOAD_FIELDS,
        read: readUploadFields,
        present: presentFile,
      });
      return replyToUpload(c, uploaded);
    },
  )
  .get(
    "/files",
    call({
      id: "openaiListFiles",
      tag,
      summary: "List files, the newest first",
      description: `A page has at most ${FILES_PER_PAGE}, whatever \`limit\` says.`,
      access: "read",
      verb: "files:read",
      query: ListFilesQuery,
      reply: FileListWire,
    }),
    async (c) => {
      const query = c.req.valid("query");
      const db = databaseOf(c.env, c.var.caller);
      const page = readPage("file", { ...query, limit: Math.min(query.limit, FILES_PER_PAGE) });
      const listed = await listFiles(db, scopeOf(c.var.caller), page, query.purpose);
      return reply(c, presentList(unwrap(listed), presentFile, query));
    },
  )
  .get(
    "/files/:file_id",
    call({
      id: "openaiGetFile",
      tag,
      summary: "Get what is known of a file",
      access: "read",
      verb: "files:read",
      reply: FileWire,
    }),
    async (c) => {
      const db = databaseOf(c.env, c.var.caller);
      const file = await getFile(db, scopeOf(c.var.caller), await aliasedIdOf(c, "file"));
      return reply(c, presentFile(unwrap(file)));
    },
  )
  .get(
    "/files/:file_id/content",
    call({
      id: "openaiGetFileContent",
      tag,
      summary: "Download a file",
      description: "Whatever it was uploaded for. Honours one `Range`.",
      access: "read",
      verb: "files:read",
      failures: ["range_not_satisfiable"],
      document: { responses: DOWNLOADS },
    }),
    async (c) => {
      const db = databaseOf(c.env, c.var.caller);
      const file = await getFile(db, scopeOf(c.var.caller), await aliasedIdOf(c, "file"));
      return replyText(await sendFile(c.req.raw, c.env.FILES, unwrap(file)));
    },
  )
  .delete(
    "/files/:file_id",
    call({
      id: "openaiDeleteFile",
      tag,
      summary: "Delete a file",
      description: "Messages and vector stores that name the file keep its id.",
      access: "write",
      reply: FileDeletedWire,
    }),
    async (c) => {
      const deleted = await deleteFile(c.env, scopeOf(c.var.caller), await aliasedIdOf(c, "file"));
      const id = toWireId("file", unwrap(deleted).id);
      return reply(c, { id, object: "file", deleted: true });
    },
  );
