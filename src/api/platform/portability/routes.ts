import { Hono } from "hono";

import { scopeOf } from "../../../domain/access/caller";
import { databaseOf } from "../../../store/sql/databases";
import { getThread } from "../../../store/threads/threads";
import type { AppEnv } from "../../shared/app-env";
import { operation, reply } from "../../shared/operation";
import { unwrap } from "../../shared/reply/fail";
import { importRoom, uploadRoom, withRoom } from "../../shared/request/body-budget";
import {
  EXPORT_DOCUMENT,
  ExportQuery,
  IMPORT_FILE_OPERATION,
  IMPORT_OPERATION,
} from "./portability-wire";
import { sendExport } from "./send-export";
import { takeFile } from "./take-file";
import { takeImport } from "./take-import";

const tag = "Export and import";

export const portability = new Hono<AppEnv>()
  .get(
    "/threads/:thread_id/export",
    operation({
      id: "exportThread",
      tag,
      summary: "Export a thread: its messages, actors, files and ended runs, as NDJSON",
      access: "read",
      query: ExportQuery,
      ...EXPORT_DOCUMENT,
    }),
    async (c) => {
      const { projectId, id } = unwrap(
        await getThread(
          databaseOf(c.env, c.var.caller),
          scopeOf(c.var.caller),
          c.req.param("thread_id"),
        ),
      );
      return sendExport(c, { projectId, of: { kind: "thread", id } }, c.req.valid("query"));
    },
  )
  .get(
    "/end-users/:end_user_id/export",
    operation({
      id: "exportEndUser",
      tag,
      summary: "Export all that is an end user's, as NDJSON",
      access: "admin",
      query: ExportQuery,
      ...EXPORT_DOCUMENT,
    }),
    (c) => {
      const { projectId } = c.var.caller;
      const of = { kind: "end_user", id: c.req.param("end_user_id") } as const;
      return sendExport(c, { projectId, of }, c.req.valid("query"));
    },
  )
  .get(
    "/export",
    operation({
      id: "exportProject",
      tag,
      summary: "Export the project: tools, threads, messages, files and ended runs, as NDJSON",
      access: "admin",
      query: ExportQuery,
      ...EXPORT_DOCUMENT,
    }),
    (c) => {
      const { projectId } = c.var.caller;
      return sendExport(c, { projectId, of: { kind: "project" } }, c.req.valid("query"));
    },
  )
  .post(
    "/import",
    operation({ id: "importRecords", tag, access: "admin", ...IMPORT_OPERATION }),
    async (c) => {
      const { from_line: fromLine } = c.req.valid("query");
      const { projectId } = c.var.caller;
      const { raw } = c.req;
      const receipt = await withRoom(c, importRoom(raw), () =>
        takeImport(c.env, projectId, raw.body, fromLine),
      );
      return reply(c, { message: "imported", ...receipt });
    },
  )
  .put(
    "/import/files/:file_id",
    operation({ id: "importFile", tag, access: "admin", ...IMPORT_FILE_OPERATION }),
    async (c) => {
      const file = { id: c.req.param("file_id"), ...c.req.valid("query") };
      const isNew = await withRoom(c, uploadRoom(c.req.raw), () =>
        takeFile(c.env, c.var.caller.projectId, file, c.req.raw.body),
      );
      return reply(c, { message: "imported", file_id: file.id, is_new: isNew });
    },
  );
