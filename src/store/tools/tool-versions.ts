/** The versions of a tool: one, as a run uses it, and their list. */
import type { OpenToTokens } from "../../domain/access/open-to-tokens";
import { type Failure, type Outcome, failed, success } from "../../domain/failure";
import type {
  ActionDefinition,
  DefaultVersion,
  DeployedVersion,
  ToolState,
  VersionSelector,
} from "../../domain/tool";
import { allRows, firstRow, query } from "../sql/batch";
import type { ProjectDatabase } from "../sql/databases";
import { OBJECT, TYPED_OBJECTS } from "../sql/shapes";
import { type RowOf, integer, json, table, text, withDefault } from "../sql/table";
import type { ToolAddress } from "./tools";

/** A version with what its tool says of it. */
export interface NamedVersion {
  /** The tool's name. */
  name: string;
  /** What the tool's runs take that name no version. */
  defaultVersion: DefaultVersion;
  /** What decides which version a run takes, as it is now. */
  state: ToolState;
  /** What the version that those take opens, whichever this one is. */
  defaultOpen: OpenToTokens;
  version: DeployedVersion;
}

/** The tool is not there, or has no such version. */
export type UnknownVersion =
  | { unknown: "tool" }
  | ({ unknown: "tool_version" } & Omit<NamedVersion, "name" | "version">);

const DEFINITIONS = table("tool_versions", {
  actions: json<ActionDefinition[]>("actions", TYPED_OBJECTS),
  open: withDefault(json<OpenToTokens>("open", OBJECT), {}),
});
const VERSIONS = table("tool_versions", {
  ...DEFINITIONS.fields,
  version: integer("version"),
  createdAtMs: integer("created_at_ms"),
});
/** What is known of the tool, whether it has the version or not. */
const TOOLS_OF_VERSIONS = table("tools", {
  name: text("name"),
  defaultVersion: text<DefaultVersion>("default_version"),
  latestVersion: integer("latest_version"),
  liveVersion: integer("live_version"),
  defaultOpen: withDefault(json<OpenToTokens>("default_open", OBJECT), {}),
});

/** The version that the selector names; `unknown` says which of the two there is none of. */
export async function loadToolVersion(
  db: ProjectDatabase,
  projectId: string,
  toolId: string,
  selector: VersionSelector,
): Promise<NamedVersion | UnknownVersion> {
  const row = await firstRow<RowOf<typeof VERSIONS> & RowOf<typeof TOOLS_OF_VERSIONS>>(
    query(
      db,
      `SELECT t.name, t.default_version, t.latest_version, t.live_version, v.version, v.actions, v.open, v.created_at_ms,
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
  const { name, latestVersion, liveVersion, ...shown } = TOOLS_OF_VERSIONS.read(row);
  const { defaultVersion } = shown;
  const byDefault = { ...shown, state: { latestVersion, liveVersion, defaultVersion } };
  return row["version"] === null
    ? { unknown: "tool_version", ...byDefault }
    : { name, ...byDefault, version: { toolId, ...VERSIONS.read(row) } };
}

/** How many versions are named where one is asked for that is none. */
const NAMED_VERSIONS = 10;

/** The tool has no such version; tells of the newest that it has. */
export async function lostVersion(
  db: ProjectDatabase,
  address: ToolAddress,
  version: string,
): Promise<Failure> {
  const listed = await listVersions(db, address, { limit: NAMED_VERSIONS });
  const known = listed.ok ? listed.value.map((one) => `${one.version}`) : [];
  return { kind: "not_found", entity: "tool_version", id: version, known };
}

/** What a version does, and what it opens to tokens. */
export type Definition = Pick<DeployedVersion, "actions" | "open">;

/** What versions are made of, by `<tool>/<version>`; those that are gone are left out. */
export async function loadDefinitions(
  db: ProjectDatabase,
  projectId: string,
  versions: readonly { toolId: string; version: number }[],
): Promise<Map<string, Definition>> {
  const names = new Map(versions.map((one) => [versionKey(one), [one.toolId, one.version]]));
  const rows = await allRows<RowOf<typeof DEFINITIONS> & { key: string }>(
    query(
      db,
      `SELECT tool_id || '/' || version AS key, actions, open
       FROM json_each(?2) named CROSS JOIN tool_versions
         ON project_id = ?1 AND tool_id = named.value ->> 0 AND version = named.value ->> 1`,
      projectId,
      JSON.stringify([...names.values()]),
    ),
  );
  return new Map(rows.map((row) => [row.key, DEFINITIONS.read(row)]));
}

/** The name of a version in maps: `<tool>/<version>`. */
export function versionKey({ toolId, version }: { toolId: string; version: number }): string {
  return `${toolId}/${version}`;
}

/** What the run's version is made of; null where run, tool or version is gone. */
export async function loadDefinitionOfRun(
  db: ProjectDatabase,
  projectId: string,
  runId: string,
): Promise<Definition | null> {
  const row = await firstRow<RowOf<typeof DEFINITIONS>>(
    query(
      db,
      `SELECT v.actions, v.open FROM runs r JOIN tool_versions v
         ON v.project_id = r.project_id AND v.tool_id = r.tool_id AND v.version = r.version
       WHERE r.project_id = ?1 AND r.id = ?2`,
      projectId,
      runId,
    ),
  );
  return row === undefined ? null : DEFINITIONS.read(row);
}

/** A version in the list of its tool's. */
export interface VersionSummary {
  version: number;
  live: boolean;
  createdAtMs: number;
}

interface VersionSummaryRow {
  version: number | null;
  live: number;
  created_at_ms: number;
}

/** The newest first. @param before Only versions older than this one. */
export async function listVersions(
  db: ProjectDatabase,
  { projectId, id }: ToolAddress,
  { limit, before }: { limit: number; before?: number | undefined },
): Promise<Outcome<VersionSummary[]>> {
  const rows = await allRows(
    query<VersionSummaryRow>(
      db,
      `SELECT v.version, v.version = t.live_version AS live, v.created_at_ms FROM tools t
     LEFT JOIN tool_versions v ON v.project_id = t.project_id AND v.tool_id = t.id
       AND v.version < coalesce(?3, t.latest_version + 1)
     WHERE t.project_id = ?1 AND t.id = ?2 ORDER BY v.version DESC LIMIT ?4`,
      projectId,
      id,
      before ?? null,
      limit,
    ),
  );
  if (rows.length === 0) {
    return failed({ kind: "not_found", entity: "tool", id });
  }
  const versions = rows.flatMap(({ version, live, created_at_ms: createdAtMs }) =>
    version === null ? [] : [{ version, live: live === 1, createdAtMs }],
  );
  return success(versions);
}
