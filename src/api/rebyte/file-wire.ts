/** Files as this dialect shows them. */
import * as z from "zod";

import type { StoredFile } from "../../domain/file";
import { FILE, PAGE } from "../../limits";
import { pageFields } from "../shared/request/fields";

export const ListFilesQuery = z.strictObject(
  pageFields({ default: PAGE.maxSmallItems, max: PAGE.maxSmallItems }),
);

export const FileWire = z
  .strictObject({
    uuid: z.string(),
    name: z.string(),
    mimeType: z.string(),
    size: z.int().describe("Bytes."),
    projectId: z.int().describe("The project's number, not its hex id."),
    createdAt: z.string().describe("ISO 8601 with milliseconds."),
    purpose: z.string().optional().describe("As an upload at `/openai/v1/files` gave it."),
    expiresAt: z
      .string()
      .optional()
      .describe("ISO 8601: when the file is gone, where its upload gave `expires_after`."),
  })
  .meta({
    id: "File",
    example: {
      uuid: "2b3dc1e9-634d-4bd5-b9d7-94a9b4a0662c",
      name: "每日推特.txt",
      mimeType: "text/plain",
      size: 1589,
      projectId: 160,
      createdAt: "2023-12-28T07:17:24.733Z",
    },
  });

export const FileReply = z.strictObject({ file: FileWire });
export const FileListReply = z.strictObject({ files: z.array(FileWire) });

export const UploadedReply = z.strictObject({
  message: z.literal("upload file success"),
  fileId: z.string(),
  path: z.string().describe("`<project>/<fileId>`"),
});

export const FileDeletedReply = z.strictObject({
  message: z.literal("deleted"),
  fileId: z.string(),
});

export function presentFile(file: StoredFile): z.output<typeof FileWire> {
  return {
    uuid: file.id,
    name: file.name,
    mimeType: file.mimeType,
    size: file.size,
    projectId: file.projectNumber,
    createdAt: new Date(file.createdAtMs).toISOString(),
    ...(file.purpose === null ? {} : { purpose: file.purpose }),
    ...(file.expiresAtMs === null ? {} : { expiresAt: new Date(file.expiresAtMs).toISOString() }),
  };
}

export function presentUploaded({
  id,
  projectId,
}: Pick<StoredFile, "id" | "projectId">): z.output<typeof UploadedReply> {
  return { message: "upload file success", fileId: id, path: `${projectId}/${id}` };
}

/** For the document: a form is read as it arrives, by no schema. */
export const UPLOAD_FORM = {
  required: true,
  content: {
    "multipart/form-data": {
      schema: {
        type: "object",
        required: ["file"],
        properties: {
          file: {
            type: "string",
            contentMediaType: "application/octet-stream",
            description: `With a file name, not empty, at most ${FILE.maxBytes} bytes.`,
          },
        },
        additionalProperties: false,
      },
    },
  },
};
