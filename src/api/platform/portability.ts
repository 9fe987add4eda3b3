import { type Context, Hono } from "hono";
import * as z from "zod";

import { reachOf } from "../../domain/access/caller";
import type { ExportRecord } from "../../domain/export-record";
import { EXPORT } from "../../limits";
import { exportEndUser, exportThread } from "../../store/portability/export-records";
import type { AppEnv } from "../shared/app-env";
import { operation, reply } from "../shared/operation";
import { mapEach, streamReply } from "../shared/reply/event-stream";
import { unwrap } from "../shared/reply/fail";
import { StreamSlots } from "../shared/reply/stream-slots";
import { takeImport } from "../shared/request/take-import";

const tag = "Export and import";

const MEDIA_TYPE = "application/x-ndjson";
const NDJSON = {
  responses: {
    200: {
      description: "One record a line, the header first. Takes no more memory than a line.",
      content: { [MEDIA_TYPE]: { schema: { type: "string" } } },
    },
  },
};

const ImportReceipt = z
  .strictObject({
    message: z.literal("imported"),
    imported: z.strictObject({
      actors: z.int(),
      threads: z.int(),
      messages: z.int(),
      runs: z.int(),
      files: z.int(),
    }),
    skipped: z.int().describe("Records that were there already, or whose thread is not."),
  })
  .meta({ id: "ImportReceipt" });

export const portability = new Hono<AppEnv>()
  .get(
    "/threads/:thread_id/export",
    operation({
      id: "exportThread",
      tag,
      summary: "Export a thread: its messages, files and ended runs, as NDJSON",
      access: "read",
      document: NDJSON,
    }),
    async (c) => {
      const records = await exportThread(c.env, reachOf(c.var.caller), c.req.param("thread_id"));
      return sendRecords(c, unwrap(records));
    },
  )
  .get(
    "/end-users/:end_user_id/export",
    operation({
      id: "exportEndUser",
      tag,
      summary: "Export all that is an end user's, as NDJSON",
      access: "admin",
      document: NDJSON,
    }),
    (c) => {
      const { projectId } = c.var.caller;
      return sendRecords(c, exportEndUser(c.env, projectId, c.req.param("end_user_id")));
    },
  )
  .post(
    "/import",
    operation({
      id: "importRecords",
      tag,
      summary: "Take an export back, here or in another deployment",
      description:
        "Reads the body line by line and keeps each record as it comes. What is there already stays as it is, so an import that broke off may simply be sent again. Tools are not part of an export: deploy them under their ids first, or threads and runs name tools that are not there.",
      access: "admin",
      retry: "own",
      reply: ImportReceipt,
      document: {
        requestBody: {
          required: true,
          content: { [MEDIA_TYPE]: { schema: { type: "string" } } },
        },
      },
    }),
    async (c) => {
      const receipt = await takeImport(c.env, c.var.caller.projectId, c.req.raw);
      return reply(c, { message: "imported", ...receipt });
    },
  );

/** Memory of this isolate. */
const slots = new StreamSlots("exports", EXPORT.slots);

function sendRecords(c: Context<AppEnv>, records: AsyncGenerator<ExportRecord>): Promise<Response> {
  const encoder = new TextEncoder();
  const headers = {
    "Content-Type": MEDIA_TYPE,
    "Content-Disposition": "attachment",
    "Cache-Control": "no-store, no-transform",
  };
  const open = async () =>
    mapEach(records, (record) => encoder.encode(`${JSON.stringify(record)}\n`));
  return streamReply(c, headers, open, slots);
}
