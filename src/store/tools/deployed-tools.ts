/** Tools with the version that their runs take where they name none. */
import { type Outcome, failed, success } from "../../domain/failure";
import type { Page, PageRequest } from "../../domain/page";
import type { ActionDefinition, Tool } from "../../domain/tool";
import { PAGE } from "../../limits";
import { firstRow } from "../sql/batch";
import type { ProjectDatabase } from "../sql/databases";
import { listPage } from "../sql/pages";
import { TYPED_OBJECTS } from "../sql/shapes";
import { type ItemOf, computed, integer, json, table, text } from "../sql/table";
import { TOOLS, type ToolAddress, selectTool } from "./tools";

/** A tool with the actions of the version that its runs take where they name none. */
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

/** @param ids Only these of them; null is all. */
export function listDeployedTools(
  db: ProjectDatabase,
  { projectId, ids }: { projectId: string; ids: readonly string[] | null },
  page: PageRequest,
): Promise<Outcome<Page<DeployedTool>>> {
  return listPage(
    db,
    {
      table: "tools",
      columns: DEPLOYED_TOOLS.columns,
      within: "project_id = ?1 AND (?2 IS NULL OR id IN (SELECT value FROM json_each(?2)))",
      bindings: [projectId, ids === null ? null : JSON.stringify(ids)],
      read: DEPLOYED_TOOLS.read,
      size: { bytes: `length(${ACTIONS})`, max: PAGE.maxBytes },
    },
    page,
  );
}

/** Fails with `not_found`. */
export async function getDeployedTool(
  db: ProjectDatabase,
  { projectId, id }: ToolAddress,
): Promise<Outcome<DeployedTool>> {
  const row = await firstRow(DEPLOYED_TOOLS.selectById(db, { projectId, id }));
  return row === undefined
    ? failed({ kind: "not_found", entity: "tool", id })
    : success(DEPLOYED_TOOLS.read(row));
}

/** Versions with their numbers as ids, by which a list is paged. */
const VERSIONS = table(`(SELECT CAST(version AS TEXT) AS id, tool_versions.* FROM tool_versions)`, {
  id: text("id"),
  version: integer("version"),
  actions: json<ActionDefinition[]>("actions", TYPED_OBJECTS),
  createdAtMs: integer("created_at_ms"),
});

/** A version without its actions. */
export type ListedVersion = ItemOf<typeof VERSIONS>;

/** A tool's versions with what they are made of; of no such tool there are none: `not_found`. */
export function listWholeVersions(
  db: ProjectDatabase,
  address: ToolAddress,
  page: PageRequest,
): Promise<Outcome<Page<ListedVersion>>> {
  const { projectId, id } = address;
  return listPage(
    db,
    {
      table: VERSIONS.name,
      order: "version",
      columns: VERSIONS.columns,
      within: "project_id = ?1 AND tool_id = ?2",
      bindings: [projectId, id],
      read: VERSIONS.read,
      size: { bytes: "length(actions)", max: PAGE.maxBytes },
      parent: {
        query: selectTool(db, address),
        failure: { kind: "not_found", entity: "tool", id },
      },
    },
    page,
  );
}
