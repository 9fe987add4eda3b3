/** Files as this dialect reads and shows them. */
import * as z from "zod";

import type { StoredFile } from "../../../domain/file";
import { issuesOf, REPORT_INPUT } from "../../../domain/issues-of";
import { FILE, PAGE } from "../../../limits";
import { SECOND_MS } from "../../../limits/units";
import { DEFAULT_PURPOSE } from "../../../store/files/files";
import { fail } from "../../shared/reply/fail";
import { toSeconds } from "../../shared/reply/seconds";
import { queryInteger } from "../../shared/request/fields";
import { Seconds, listOf, listQuery } from "../fields";
import { toWireId } from "../ids";

/** OpenAI's, of those whose files something here makes use of. */
const PURPOSES = ["assistants", "vision", "user_data"] as const;

/** As OpenAI has it: an hour to thirty days. */
const EXPIRY_SECONDS = { min: 3600, max: 2_592_000 };

const ExpiresAfter = z.strictObject({
  anchor: z.literal("created_at"),
  seconds: queryInteger(EXPIRY_SECONDS),
});

const UploadFields = z.strictObject({
  purpose: z.enum(PURPOSES),
  expires_after: ExpiresAfter.optional(),
});

/** How a form names the fields beside its file. */
export const UPLOAD_FIELDS = [
  "purpose",
  "expires_after[anchor]",
  "expires_after[seconds]",
] as const;

export function readUploadFields(
  fields: Readonly<Record<string, string>>,
  nowMs: number,
): Pick<StoredFile, "purpose" | "expiresAtMs"> {
  const [purposeName, anchorName, secondsName] = UPLOAD_FIELDS;
  const expiry = { anchor: fields[anchorName], seconds: fields[secondsName] };
  const isExpiring = Object.values(expiry).some((value) => value !== undefined);
  const given = { purpose: fields[purposeName], ...(isExpiring && { expires_after: expiry }) };
  const parsed = UploadFields.safeParse(given, REPORT_INPUT);
  if (!parsed.success) {
    return fail({ kind: "invalid", where: "body", issues: issuesOf(parsed.error.issues) });
  }
  const { purpose, expires_after: after } = parsed.data;
  return { purpose, expiresAtMs: after ? nowMs + after.seconds * SECOND_MS : null };
}

/** For the document: a form is read as it arrives. */
export const UPLOAD_FORM = {
  required: true,
  content: {
    "multipart/form-data": {
      schema: {
        type: "object",
        required: ["file", "purpose"],
        properties: {
          file: {
            type: "string",
            contentMediaType: "application/octet-stream",
            description: `With a file name, not empty, at most ${FILE.maxBytes} bytes.`,
          },
          purpose: { type: "string", enum: PURPOSES, example: "assistants" },
          "expires_after[anchor]": { type: "string", enum: ["created_at"] },
          "expires_after[seconds]": {
            type: "integer",
            minimum: EXPIRY_SECONDS.min,
            maximum: EXPIRY_SECONDS.max,
            description: "From the upload on; then the file is gone.",
          },
        },
        additionalProperties: false,
      },
    },
  },
};

/** As many as OpenAI lets a client ask for; a page has fewer. */
const LIMIT_MAX = 10_000;

export const ListFilesQuery = listQuery(
  { purpose: z.string().min(1).optional().describe("Only files for this.") },
  { default: LIMIT_MAX, max: LIMIT_MAX },
);

export const FILES_PER_PAGE = PAGE.maxSmallItems;

export const FileWire = z
  .strictObject({
    id: z.string(),
    object: z.literal("file"),
    bytes: z.int(),
    created_at: Seconds,
    filename: z.string(),
    purpose: z.string(),
    status: z.literal("processed"),
    expires_at: Seconds.optional(),
  })
  .meta({
    id: "AssistantsFile",
    example: {
      id: "file-2b3dc1e9-634d-4bd5-b9d7-94a9b4a0662c",
      object: "file",
      bytes: 1589,
      created_at: 1_710_415_825,
      filename: "handbook.pdf",
      purpose: "assistants",
      status: "processed",
    },
  });

export const FileListWire = listOf(FileWire);

export const FileDeletedWire = z.strictObject({
  id: z.string(),
  object: z.literal("file"),
  deleted: z.literal(true),
});

export function presentFile(file: Omit<StoredFile, "projectNumber">): z.output<typeof FileWire> {
  return {
    id: toWireId("file", file.id),
    object: "file",
    bytes: file.size,
    created_at: toSeconds(file.createdAtMs),
    filename: file.name,
    purpose: file.purpose ?? DEFAULT_PURPOSE,
    status: "processed",
    ...(file.expiresAtMs === null ? {} : { expires_at: toSeconds(file.expiresAtMs) }),
  };
}
