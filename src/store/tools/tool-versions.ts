/** One version of a tool, as a run uses it. */
import type { ActionDefinition, ToolVersion, VersionSelector } from "../../domain/tool";
import { firstRow, query } from "../sql/batch";

export interface NamedVersion {
  /** The tool's name. */
  name: string;
  version: ToolVersion;
}

interface VersionRow {
  name: string;
  version: number | null;
  actions: string | null;
  created_at_ms: number | null;
}

/** The version that the selector names; `unknown` says which of the two there is none of. */
export async function loadToolVersion(
  db: D1Database,
  projectId: string,
  toolId: string,
  selector: VersionSelector,
): Promise<NamedVersion | { unknown: "tool" | "tool_version" }> {
  const row = await firstRow<VersionRow>(
    query(
      db,
      `SELECT t.name, v.version, v.actions, v.created_at_ms FROM tools t
       LEFT JOIN tool_versions v ON v.project_id = t.project_id AND v.tool_id = t.id AND v.version =
         CASE ?3 WHEN 'latest' THEN t.latest_version WHEN 'live' THEN t.live_version ELSE ?3 END
       WHERE t.project_id = ?1 AND t.id = ?2`,
      projectId,
      toolId,
      selector,
    ),
  );
  if (row === undefined) {
    return { unknown: "tool" };
  }
  const { name, version, actions, created_at_ms: createdAtMs } = row;
  if (version === null || actions === null || createdAtMs === null) {
    return { unknown: "tool_version" };
  }
  const parsed: ActionDefinition[] = JSON.parse(actions);
  return { name, version: { toolId, version, actions: parsed, createdAtMs } };
}
