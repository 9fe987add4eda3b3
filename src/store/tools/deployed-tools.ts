/** Tools with the version that their runs take where they name none. */
import { type Outcome, failed, success } from "../../domain/failure";
import type { Page, PageRequest } from "../../domain/page";
import type { ActionDefinition, Tool } from "../../domain/tool";
import { PAGE } from "../../limits";
import { firstRow, query } from "../sql/batch";
import type { ProjectDatabase } from "../sql/databases";
import { listPage } from "../sql/pages";
import { TYPED_OBJECTS } from "../sql/shapes";
import { type RowOf, computed, json, table } from "../sql/table";
import { TOOLS, type ToolAddress } from "./tools";

export interface DeployedTool extends Tool {
  actions: ActionDefinition[];
}

const ACTIONS = `(SELECT v.actions FROM tool_versions v
  WHERE v.project_id = tools.project_id AND v.tool_id = tools.id AND v.version =
    CASE tools.default_version WHEN 'live' THEN tools.live_version ELSE tools.latest_version END)`;

const DEPLOYED_TOOLS = table("tools", {
  ...TOOLS.fields,
  actions: computed(json<ActionDefinition[]>("actions", TYPED_OBJECTS), ACTIONS),
});

export function listDeployedTools(
  db: ProjectDatabase,
  projectId: string,
  page: PageRequest,
): Promise<Outcome<Page<DeployedTool>>> {
  return listPage(
    db,
    {
      table: "tools",
      columns: DEPLOYED_TOOLS.columns,
      within: "project_id = ?1",
      bindings: [projectId],
      read: DEPLOYED_TOOLS.read,
      size: { bytes: `length(${ACTIONS})`, max: PAGE.maxBytes },
    },
    page,
  );
}

export async function getDeployedTool(
  db: ProjectDatabase,
  { projectId, id }: ToolAddress,
): Promise<Outcome<DeployedTool>> {
  const row = await firstRow<RowOf<typeof DEPLOYED_TOOLS>>(
    query(
      db,
      `SELECT ${DEPLOYED_TOOLS.columns} FROM tools WHERE project_id = ? AND id = ?`,
      projectId,
      id,
    ),
  );
  return row === undefined
    ? failed({ kind: "not_found", entity: "tool", id })
    : success(DEPLOYED_TOOLS.read(row));
}
