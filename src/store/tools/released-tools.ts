/** Tools as those see them who only use what is live. */
import { type Outcome, failed, success } from "../../domain/failure";
import type { Page, PageRequest } from "../../domain/page";
import type { Tool } from "../../domain/tool";
import { firstRow } from "../sql/batch";
import type { ProjectDatabase } from "../sql/databases";
import { listPage } from "../sql/pages";
import { computed, integer, table } from "../sql/table";
import { TOOLS } from "./tools";

/** A tool with the time of its live version. */
export interface ReleasedTool extends Tool {
  /** When the version that is live was deployed. */
  releasedAtMs: number;
}

const RELEASED_TOOLS = table("tools", {
  ...TOOLS.fields,
  releasedAtMs: computed(
    integer("released_at_ms"),
    `(SELECT v.created_at_ms FROM tool_versions v
  WHERE v.project_id = tools.project_id AND v.tool_id = tools.id AND v.version = tools.live_version
)`,
  ),
});

/** A page of the project's tools with the times of their live versions. */
export function listReleasedTools(
  db: ProjectDatabase,
  projectId: string,
  page: PageRequest,
): Promise<Outcome<Page<ReleasedTool>>> {
  return listPage(
    db,
    {
      table: "tools",
      columns: RELEASED_TOOLS.columns,
      within: "project_id = ?1",
      bindings: [projectId],
      read: RELEASED_TOOLS.read,
    },
    page,
  );
}

/** Fails with `not_found`. */
export async function getReleasedTool(
  db: ProjectDatabase,
  projectId: string,
  id: string,
): Promise<Outcome<ReleasedTool>> {
  const row = await firstRow(RELEASED_TOOLS.selectById(db, { projectId, id }));
  return row === undefined
    ? failed({ kind: "not_found", entity: "tool", id })
    : success(RELEASED_TOOLS.read(row));
}
