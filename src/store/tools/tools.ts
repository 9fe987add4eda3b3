/** Tools, and their deploys: a version, once deployed, never changes. */
import type { OpenToTokens } from "../../domain/access/open-to-tokens";
import { type Failure, type Outcome, failed, success } from "../../domain/failure";
import type { Metadata } from "../../domain/metadata";
import type { Page, PageRequest } from "../../domain/page";
import type { ActionDefinition, DefaultVersion, Tool } from "../../domain/tool";
import {
  type InSameTransaction,
  type Query,
  allRows,
  firstRow,
  query,
  runBatch,
} from "../sql/batch";
import type { ProjectDatabase } from "../sql/databases";
import { listPage } from "../sql/pages";
import { METADATA } from "../sql/shapes";
import { type RowOf, integer, json, nullable, table, text } from "../sql/table";

export const TOOLS = table("tools", {
  id: text("id"),
  projectId: text("project_id"),
  name: text("name"),
  description: nullable(text("description")),
  metadata: nullable(json<Metadata>("metadata", METADATA)),
  latestVersion: integer("latest_version"),
  liveVersion: integer("live_version"),
  defaultVersion: text<DefaultVersion>("default_version"),
  createdAtMs: integer("created_at_ms"),
  updatedAtMs: integer("updated_at_ms"),
});

type ToolRow = RowOf<typeof TOOLS>;

/** Where a tool is. */
export interface ToolAddress {
  projectId: string;
  id: string;
}

export interface NewTool extends ToolAddress {
  name: string;
  description: string | null;
  metadata?: Metadata | null | undefined;
  defaultVersion?: DefaultVersion | undefined;
  actions: readonly ActionDefinition[];
  open?: OpenToTokens | undefined;
  nowMs: number;
}

/** The tool with its version 1, which is live. */
export async function createTool(
  db: ProjectDatabase,
  given: NewTool,
  inSameTransaction: InSameTransaction<Tool> = () => null,
): Promise<Tool> {
  const { projectId, id, name, description, actions, open, nowMs } = given;
  const { metadata = null, defaultVersion = "latest" } = given;
  const tool = {
    id,
    projectId,
    name,
    description,
    metadata,
    latestVersion: 1,
    liveVersion: 1,
    defaultVersion,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  };
  await runBatch(db, {
    made: TOOLS.insert(db, tool),
    record: inSameTransaction(tool),
    version: insertLatestVersion(db, { projectId, id }, { actions, open, nowMs }),
  });
  return tool;
}

/** Writes the version that the tool's row already names as its latest; one that is there stays. */
const INSERT_LATEST_VERSION = `
  INSERT OR IGNORE INTO tool_versions (project_id, tool_id, version, actions, open, created_at_ms)
  SELECT project_id, id, latest_version, ?3, ?4, ?5 FROM tools WHERE project_id = ?1 AND id = ?2`;

function insertLatestVersion(
  db: ProjectDatabase,
  { projectId, id }: ToolAddress,
  { actions, open = {}, nowMs }: Omit<Deployment, "live">,
): Query<unknown> {
  return query(
    db,
    INSERT_LATEST_VERSION,
    projectId,
    id,
    JSON.stringify(actions),
    Object.keys(open).length === 0 ? null : JSON.stringify(open),
    nowMs,
  );
}

/** A page of the project's tools. */
export function listTools(
  db: ProjectDatabase,
  projectId: string,
  page: PageRequest,
): Promise<Outcome<Page<Tool>>> {
  return listPage(
    db,
    {
      table: "tools",
      columns: TOOLS.columns,
      within: "project_id = ?1",
      bindings: [projectId],
      read: TOOLS.read,
    },
    page,
  );
}

/** Fails with `not_found`. */
export async function getTool(
  db: ProjectDatabase,
  { projectId, id }: ToolAddress,
): Promise<Outcome<Tool>> {
  return found(id, await firstRow(selectTool(db, { projectId, id })));
}

/** Ids of the project's tools of this name; the one of this id first. */
export async function listToolsNamed(
  db: ProjectDatabase,
  projectId: string,
  name: string,
): Promise<string[]> {
  const tools = await allRows(
    query<{ id: string }>(
      db,
      "SELECT id FROM tools WHERE project_id = ?1 AND (id = ?2 OR name = ?2) ORDER BY id <> ?2",
      projectId,
      name,
    ),
  );
  return tools.map(({ id }) => id);
}

/** Which of these ids are no tools of the project; in one round trip. */
export async function lackingTools(
  db: ProjectDatabase,
  projectId: string,
  ids: readonly string[],
): Promise<string[]> {
  const lacking = await allRows(
    query<{ id: string }>(
      db,
      `SELECT value AS id FROM json_each(?2)
       WHERE NOT EXISTS (SELECT 1 FROM tools WHERE project_id = ?1 AND id = value)`,
      projectId,
      JSON.stringify(ids),
    ),
  );
  return lacking.map(({ id }) => id);
}

/** What of a tool changes; what is absent stays. */
export interface ToolChange {
  name?: string | undefined;
  /** Null takes it away. */
  description?: string | null | undefined;
  /** Replaces the whole of it; null takes it away. */
  metadata?: Metadata | null | undefined;
  liveVersion?: number | undefined;
  defaultVersion?: DefaultVersion | undefined;
  nowMs: number;
}

/** A live version that the tool does not have is `invalid`, and nothing is changed then. */
export async function updateTool(
  db: ProjectDatabase,
  address: ToolAddress,
  { name, description, metadata, liveVersion, defaultVersion, nowMs }: ToolChange,
): Promise<Outcome<Tool>> {
  const { changed, tools } = await runBatch(db, {
    changed: query<ToolRow>(
      db,
      `UPDATE tools SET name = coalesce(?3, name), updated_at_ms = max(updated_at_ms, ?7),
         description = CASE ?4 WHEN 1 THEN ?5 ELSE description END,
         live_version = coalesce(?6, live_version),
         default_version = coalesce(?8, default_version),
         metadata = CASE ?9 WHEN 1 THEN ?10 ELSE metadata END
       WHERE project_id = ?1 AND id = ?2 AND coalesce(?6, 1) BETWEEN 1 AND latest_version
       RETURNING ${TOOLS.columns}`,
      address.projectId,
      address.id,
      name ?? null,
      description === undefined ? 0 : 1,
      description ?? null,
      liveVersion ?? null,
      nowMs,
      defaultVersion ?? null,
      metadata === undefined ? 0 : 1,
      TOOLS.fields.metadata.write(metadata ?? null),
    ),
    tools: selectTool(db, address),
  });
  const [updated] = changed;
  const existing = tools.map(TOOLS.read)[0];
  if (updated === undefined && existing !== undefined) {
    const message = `names no version of this tool, which has 1 to ${existing.latestVersion}`;
    const issues = [{ path: ["live_version"], message }];
    return failed({ kind: "invalid", where: "body", issues });
  }
  return found(address.id, updated);
}

/** Deletes the tool; fails with `not_found`. */
export async function deleteTool(
  db: ProjectDatabase,
  { projectId, id }: ToolAddress,
): Promise<Outcome<{ id: string }>> {
  const row = await firstRow<{ id: string }>(
    query(db, "DELETE FROM tools WHERE project_id = ?1 AND id = ?2 RETURNING id", projectId, id),
  );
  return row === undefined ? failed(lostTool(id)) : success(row);
}

export interface Deployment {
  actions: readonly ActionDefinition[];
  open?: OpenToTokens | undefined;
  /** Makes the new version the live one. */
  live: boolean;
  nowMs: number;
}

/**
 * A new version, numbered one above the last however many deploy at once.
 * @param inSameTransaction Is handed the tool as it will be; where another deploy comes between, the work
 * begins again.
 */
export async function deployVersion(
  db: ProjectDatabase,
  address: ToolAddress,
  deployment: Deployment,
  inSameTransaction?: InSameTransaction<Tool>,
): Promise<Outcome<Tool>> {
  if (inSameTransaction === undefined) {
    return found(address.id, await writeVersion(db, address, deployment, null));
  }
  const before = await getTool(db, address);
  if (!before.ok) {
    return before;
  }
  const after = deployed(before.value, deployment);
  const row = await writeVersion(db, address, deployment, {
    version: after.latestVersion,
    record: inSameTransaction(after),
  });
  return row === undefined
    ? deployVersion(db, address, deployment, inSameTransaction)
    : success(TOOLS.read(row));
}

/** @param expected Writes nothing, and returns none, unless the version will be this one. */
async function writeVersion(
  db: ProjectDatabase,
  { projectId, id }: ToolAddress,
  deployment: Deployment,
  expected: { version: number; record: Query<unknown> | null } | null,
): Promise<ToolRow | undefined> {
  const { live, nowMs } = deployment;
  const { counted } = await runBatch(db, {
    counted: query<ToolRow>(
      db,
      `UPDATE tools SET latest_version = latest_version + 1,
         live_version = CASE ?3 WHEN 1 THEN latest_version + 1 ELSE live_version END,
         updated_at_ms = max(updated_at_ms, ?4)
       WHERE project_id = ?1 AND id = ?2 AND (?5 IS NULL OR latest_version = ?5 - 1)
       RETURNING ${TOOLS.columns}`,
      projectId,
      id,
      live ? 1 : 0,
      nowMs,
      expected?.version ?? null,
    ),
    record: expected?.record ?? null,
    version: insertLatestVersion(db, { projectId, id }, deployment),
  });
  return counted[0];
}

function deployed(tool: Tool, { live, nowMs }: Pick<Deployment, "live" | "nowMs">): Tool {
  const latestVersion = tool.latestVersion + 1;
  return {
    ...tool,
    latestVersion,
    liveVersion: live ? latestVersion : tool.liveVersion,
    updatedAtMs: Math.max(tool.updatedAtMs, nowMs),
  };
}

/** For a batch: the tool's row, or none. */
export function selectTool(db: ProjectDatabase, { projectId, id }: ToolAddress) {
  return query<ToolRow>(
    db,
    `SELECT ${TOOLS.columns} FROM tools WHERE project_id = ?1 AND id = ?2`,
    projectId,
    id,
  );
}

function found(id: string, row: ToolRow | undefined): Outcome<Tool> {
  return row === undefined ? failed(lostTool(id)) : success(TOOLS.read(row));
}

function lostTool(id: string): Failure {
  return { kind: "not_found", entity: "tool", id };
}
