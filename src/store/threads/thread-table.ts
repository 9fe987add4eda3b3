import type { Metadata } from "../../domain/metadata";
import { METADATA, STRINGS } from "../sql/shapes";
import { type RowOf, integer, json, nullable, table, text } from "../sql/table";

export const THREADS = table("threads", {
  id: text("id"),
  projectId: text("project_id"),
  createdAtMs: integer("created_at_ms"),
  updatedAtMs: integer("updated_at_ms"),
  metadata: nullable(json<Metadata>("metadata", METADATA)),
  toolId: nullable(text("tool_id")),
  endUserId: nullable(text("end_user_id")),
  language: nullable(text("language")),
  country: nullable(text("country")),
  timezone: nullable(text("timezone")),
  knowledge: nullable(json<string[]>("knowledge", STRINGS)),
  alias: nullable(text("alias")),
});

/** SQL of the key by which threads are found by their last change: see `data/0015_fewer_rows.sql`. */
export const TOUCHED = "coalesce(touched_at_ms, created_at_ms)";

export type ThreadRow = RowOf<typeof THREADS>;
