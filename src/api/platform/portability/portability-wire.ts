/** Exports and imports as the APIs describe them: a project's own keys and the operator have the same. */
import * as z from "zod";

import { Counts } from "../../../domain/records/export-record";
import { EXPORT } from "../../../limits";
import { NDJSON_TYPE } from "./send-export";
import { FileQuery } from "./take-file";

/** The query of an export. */
export const ExportQuery = z.strictObject({
  cursor: z
    .string()
    .optional()
    .describe("`next` of the last line of the part before: what follows it."),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(EXPORT.part.maxRecords)
    .default(EXPORT.part.maxRecords)
    .describe("Records of this part at most; files count once, their pieces do not."),
});

/** The reply of an export as the OpenAPI document has it: lines of JSON. */
export const EXPORT_DOCUMENT = {
  description:
    'One record a line. The first line is `{"type":"bobbin_export","version":2}`, the last `{"type":"end",…}` with the counts of what came before it and the SHA-256 of every byte before it: a reply without it was cut off. `next` is null where that was all; else there is more, in the next part: call again with it as `?cursor=`. A part is as much as one invocation may read. What is created while an export runs is not in it.',
  document: {
    responses: {
      200: {
        description: "The records, as they are read.",
        content: { [NDJSON_TYPE]: { schema: { type: "string" } } },
      },
    },
  },
} as const;

const ImportQuery = z.strictObject({
  from_line: z.coerce
    .number()
    .int()
    .min(1)
    .default(1)
    .describe(
      "`next_line` of the call before, with the same body: the lines before it are passed over.",
    ),
});

const ImportReceipt = z
  .strictObject({
    message: z.literal("imported"),
    imported: Counts,
    skipped: z.int().describe("Records that were there already, and files whose bytes are lost."),
    complete: z
      .boolean()
      .describe("False: there is more than one call takes; go on from `next_line`."),
    next_line: z.int().nullable(),
  })
  .meta({ id: "ImportReceipt" });

/** The import of lines, as the OpenAPI document has it. */
export const IMPORT_OPERATION = {
  summary: "Take records in: an export, from here or elsewhere, or conversations of your own",
  description:
    "NDJSON, read line by line and kept some hundreds of records at a time. What is there already under its id stays as it is, so any of it may be sent again; a line at fault is named, and what stood before it is kept. An export is checked against its last line.",
  retry: "own",
  query: ImportQuery,
  reply: ImportReceipt,
  document: {
    requestBody: {
      required: true,
      content: { [NDJSON_TYPE]: { schema: { type: "string" } } },
    },
  },
} as const;

const ImportedFile = z
  .strictObject({
    message: z.literal("imported"),
    file_id: z.uuid(),
    is_new: z.boolean().describe("False: it is there already, and stays as it is."),
  })
  .meta({ id: "ImportedFile" });

/** The upload of one file's bytes, as the OpenAPI document has it. */
export const IMPORT_FILE_OPERATION = {
  summary: "Take a file in under the id it had",
  description:
    "Its bytes are the body, as they are; what an export's `file` line says of it is the query. For files that are too large for a line, and for single ones.",
  query: FileQuery,
  reply: ImportedFile,
  document: {
    requestBody: {
      required: true,
      content: {
        "application/octet-stream": {
          schema: { type: "string", contentMediaType: "application/octet-stream" },
        },
      },
    },
  },
} as const;
