/** Tools as those see them who only use what is live. */
import { type Outcome, failed, success } from "../../domain/failure";
import type { Page, PageRequest } from "../../domain/page";
import type { Tool } from "../../domain/tool";
import { firstRow, query } from "../sql/batch";
import { listPage } from "../sql/pages";
import { TOOL_COLUMNS, type ToolRow, readTool } from "../sql/rows";

export interface ReleasedTool extends Tool {
  /** When the version that is live was deployed. */
  releasedAtMs: number;
}

type ReleasedToolRow = ToolRow & { released_at_ms: number };

const COLUMNS = `${TOOL_COLUMNS}, (
  SELECT v.created_at_ms FROM tool_versions v
  WHERE v.project_id = tools.project_id AND v.tool_id = tools.id AND v.version = tools.live_version
) AS released_at_ms`;

export function listReleasedTools(
  db: D1Database,
  projectId: string,
  page: PageRequest,
): Promise<Outcome<Page<ReleasedTool>>> {
  return listPage(
    db,
    {
      table: "tools",
      columns: COLUMNS,
      within: "project_id = ?1",
      bindings: [projectId],
      read: readReleasedTool,
    },
    page,
  );
}

export async function getReleasedTool(
  db: D1Database,
  projectId: string,
  id: string,
): Promise<Outcome<ReleasedTool>> {
  const row = await firstRow<ReleasedToolRow>(
    query(db, `SELECT ${COLUMNS} FROM tools WHERE project_id = ? AND id = ?`, projectId, id),
  );
  return row === undefined
    ? failed({ kind: "not_found", entity: "tool", id })
    : success(readReleasedTool(row));
}

function readReleasedTool(row: ReleasedToolRow): ReleasedTool {
  return { ...readTool(row), releasedAtMs: row.released_at_ms };
}
