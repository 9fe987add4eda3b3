import { type RowOf, computed, integer, nullable, table, text } from "../sql/table";

export const FILES = table("files", {
  id: text("id"),
  projectId: text("project_id"),
  /** A part of the file for those who list it. */
  projectNumber: computed(
    integer("project_number"),
    "(SELECT number FROM project_numbers p WHERE p.id = files.project_id)",
  ),
  name: text("name"),
  mimeType: text("mime_type"),
  size: integer("size"),
  createdAtMs: integer("created_at_ms"),
  purpose: nullable(text("purpose")),
  expiresAtMs: nullable(integer("expires_at_ms")),
});

export type FileRow = RowOf<typeof FILES>;
