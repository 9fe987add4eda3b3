/** One version of a tool, as a run uses it. */
import type { OpenToTokens } from "../../domain/access/open-to-tokens";
import type {
  ActionDefinition,
  DefaultVersion,
  DeployedVersion,
  VersionSelector,
} from "../../domain/tool";
import { firstRow, query } from "../sql/batch";

export interface NamedVersion {
  /** The tool's name. */
  name: string;
  /** What the tool's runs take that name no version. */
  defaultVersion: DefaultVersion;
  /** What the version that those take opens, whichever this one is. */
  defaultOpen: OpenToTokens;
  version: DeployedVersion;
}

/** The tool is not there, or has no such version. */
export type UnknownVersion =
  | { unknown: "tool" }
  | ({ unknown: "tool_version" } & Omit<NamedVersion, "name" | "version">);

interface VersionRow {
  name: string;
  default_version: DefaultVersion;
  version: number | null;
  actions: string | null;
  open: string | null;
  default_open: string | null;
  created_at_ms: number | null;
}

/** The version that the selector names; `unknown` says which of the two there is none of. */
export async function loadToolVersion(
  db: D1Database,
  projectId: string,
  toolId: string,
  selector: VersionSelector,
): Promise<NamedVersion | UnknownVersion> {
  const row = await firstRow<VersionRow>(
    query(
      db,
      `SELECT t.name, t.default_version, v.version, v.actions, v.open, v.created_at_ms,
         CASE ?3 WHEN 'default' THEN v.open ELSE (SELECT d.open FROM tool_versions d
           WHERE d.project_id = t.project_id AND d.tool_id = t.id AND d.version =
             CASE t.default_version WHEN 'live' THEN t.live_version ELSE t.latest_version END)
         END AS default_open
       FROM tools t
       LEFT JOIN tool_versions v ON v.project_id = t.project_id AND v.tool_id = t.id AND v.version =
         CASE iif(?3 = 'default', t.default_version, ?3)
           WHEN 'latest' THEN t.latest_version WHEN 'live' THEN t.live_version ELSE ?3 END
       WHERE t.project_id = ?1 AND t.id = ?2`,
      projectId,
      toolId,
      selector,
    ),
  );
  if (row === undefined) {
    return { unknown: "tool" };
  }
  const { name, default_version: defaultVersion, version, actions, open } = row;
  const { created_at_ms: createdAtMs } = row;
  const byDefault = { defaultVersion, defaultOpen: readOpen(row.default_open) };
  if (version === null || actions === null || createdAtMs === null) {
    return { unknown: "tool_version", ...byDefault };
  }
  const definition = readDefinition(actions, open);
  return { name, ...byDefault, version: { toolId, version, ...definition, createdAtMs } };
}

export type Definition = Pick<DeployedVersion, "actions" | "open">;

/** What the run's version is made of; null where run, tool or version is gone. */
export async function loadDefinitionOfRun(
  db: D1Database,
  projectId: string,
  runId: string,
): Promise<Definition | null> {
  const row = await firstRow<{ actions: string; open: string | null }>(
    query(
      db,
      `SELECT v.actions, v.open FROM runs r JOIN tool_versions v
         ON v.project_id = r.project_id AND v.tool_id = r.tool_id AND v.version = r.version
       WHERE r.project_id = ?1 AND r.id = ?2`,
      projectId,
      runId,
    ),
  );
  return row === undefined ? null : readDefinition(row.actions, row.open);
}

function readDefinition(actionsText: string, openText: string | null): Definition {
  const actions: ActionDefinition[] = JSON.parse(actionsText);
  return { actions, open: readOpen(openText) };
}

function readOpen(text: string | null): OpenToTokens {
  return text === null ? {} : JSON.parse(text);
}
