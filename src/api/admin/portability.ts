/** Exports and imports of any project for the operator: what `npm run backup` and `npm run restore` call. */
import { Hono } from "hono";

import {
  EXPORT_DOCUMENT,
  ExportQuery,
  IMPORT_FILE_OPERATION,
  IMPORT_OPERATION,
} from "../platform/portability/portability-wire";
import { sendExport } from "../platform/portability/send-export";
import { takeFile } from "../platform/portability/take-file";
import { takeImport } from "../platform/portability/take-import";
import type { AppEnv } from "../shared/app-env";
import { operation, reply } from "../shared/operation";
import { importRoom, uploadRoom, withRoom } from "../shared/request/body-budget";
import { requireProject } from "./require-project";

const tag = "Admin";

export const portability = new Hono<AppEnv>()
  .get(
    "/projects/:project_id/export",
    operation({
      id: "exportAnyProject",
      tag,
      summary: "Export a project: tools, threads, messages, files and ended runs, as NDJSON",
      access: "operator",
      query: ExportQuery,
      ...EXPORT_DOCUMENT,
    }),
    async (c) => {
      const { project } = await requireProject(c);
      const scope = { projectId: project.id, of: { kind: "project" } } as const;
      return sendExport(c, scope, c.req.valid("query"));
    },
  )
  .post(
    "/projects/:project_id/import",
    operation({ id: "importIntoProject", tag, access: "operator", ...IMPORT_OPERATION }),
    async (c) => {
      const { project } = await requireProject(c);
      const { from_line: fromLine } = c.req.valid("query");
      const receipt = await withRoom(c, importRoom(c.req.raw), () =>
        takeImport(c.env, project.id, c.req.raw.body, fromLine),
      );
      return reply(c, { message: "imported", ...receipt });
    },
  )
  .put(
    "/projects/:project_id/import/files/:file_id",
    operation({ id: "importFileIntoProject", tag, access: "operator", ...IMPORT_FILE_OPERATION }),
    async (c) => {
      const { project } = await requireProject(c);
      const file = { id: c.req.param("file_id"), ...c.req.valid("query") };
      const isNew = await withRoom(c, uploadRoom(c.req.raw), () =>
        takeFile(c.env, project.id, file, c.req.raw.body),
      );
      return reply(c, { message: "imported", file_id: file.id, is_new: isNew });
    },
  );
