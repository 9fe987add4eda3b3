/** Runs as D1 has them: the truth once they have ended, until then as they were accepted. */
import type { AccessScope } from "../../domain/access/caller";
import { type Outcome, failed, success } from "../../domain/failure";
import type { Metadata } from "../../domain/metadata";
import type { Page, PageRequest } from "../../domain/page";
import { type Run, type RunStatus, type Usage, isFinal } from "../../domain/run";
import { PAGE } from "../../limits";
import { runOutcomeKey } from "../files/objects";
import { allRows, firstRow, query, runQuery } from "../sql/batch";
import { Conditions } from "../sql/conditions";
import { type Databases, type ProjectDatabase, databaseOf } from "../sql/databases";
import { listPage } from "../sql/pages";
import { OWNER, bindScope, runInReach } from "../sql/scope";
import { OBJECT } from "../sql/shapes";
import { type ItemOf, computed, json, table, withDefault } from "../sql/table";
import { RUNS, type RunOutcome, type RunRow } from "./run-table";

const RUN_SUMMARIES = RUNS.pick(
  "id",
  "toolId",
  "createdAtMs",
  "version",
  "threadId",
  "status",
  "error",
);

export type RunSummary = ItemOf<typeof RUN_SUMMARIES>;

/** With what a run was asked for and what it used, and nothing of what it told. */
const LISTED_RUNS = table("runs", {
  ...RUN_SUMMARIES.fields,
  startedAtMs: RUNS.fields.startedAtMs,
  endedAtMs: RUNS.fields.endedAtMs,
  config: RUNS.fields.config,
  metadata: RUNS.fields.metadata,
  incomplete: RUNS.fields.incomplete,
  // Of an outcome in R2 it is not known here.
  usage: computed(
    withDefault(json<Usage>("usage", OBJECT), { inputTokens: 0, outputTokens: 0 }),
    "outcome -> '$.usage'",
  ),
});

export type ListedRun = ItemOf<typeof LISTED_RUNS>;

const NO_OUTCOME: RunOutcome = {
  traces: [],
  results: null,
  usage: { inputTokens: 0, outputTokens: 0 },
  pendingCalls: [],
};

export async function getRun(
  env: Databases & Pick<Env, "FILES">,
  reach: AccessScope,
  { toolId, runId }: { toolId?: string; runId: string },
): Promise<Outcome<Run>> {
  const row = await firstRow<RunRow>(
    query(
      databaseOf(env, reach),
      `SELECT ${RUNS.columns} FROM runs
       WHERE id = ?3 AND (?4 IS NULL OR tool_id = ?4) AND ${runInReach("runs")}`,
      ...bindScope(reach),
      runId,
      toolId ?? null,
    ),
  );
  return row === undefined
    ? failed({ kind: "not_found", entity: "run", id: runId })
    : success(await withOutcome(env.FILES, RUNS.read(row)));
}

/** Those of them that are in reach, in any order; what would not fit a row is fetched one by one. */
export async function getRuns(
  env: Databases & Pick<Env, "FILES">,
  reach: AccessScope,
  ids: readonly string[],
): Promise<Run[]> {
  const rows = await allRows<RunRow>(
    query(
      databaseOf(env, reach),
      `SELECT ${RUNS.columns} FROM runs
       WHERE id IN (SELECT value FROM json_each(?3)) AND ${runInReach("runs")}`,
      ...bindScope(reach),
      JSON.stringify(ids),
    ),
  );
  const runs: Run[] = [];
  for (const row of rows) {
    runs.push(await withOutcome(env.FILES, RUNS.read(row)));
  }
  return runs;
}

/** Of a project's runs those with all that is asked for. */
export interface RunFilter {
  toolId?: string | undefined;
  threadId?: string | undefined;
  /** Of one that is at work, whichever of the statuses it was last recorded with. */
  statuses?: readonly RunStatus[] | undefined;
  /** Whether it succeeded and says less than it might. */
  isIncomplete?: boolean | undefined;
}

/**
 * Replaces the whole metadata, whether the run is at work or has ended. An end user's are those of the
 * runs that it has started itself: what somebody else wrote beside one is not its own to change.
 */
export async function updateRunMetadata(
  db: ProjectDatabase,
  reach: AccessScope,
  { runId, metadata }: { runId: string; metadata: Metadata },
): Promise<Outcome<null>> {
  const changed = await runQuery(
    query(
      db,
      `UPDATE runs SET metadata = ?4
       WHERE id = ?3 AND ${runInReach("runs")} AND (?2 IS NULL OR end_user_id = ${OWNER})`,
      ...bindScope(reach),
      runId,
      RUNS.fields.metadata.write(metadata),
    ),
  );
  return changed === 0 ? failed({ kind: "not_found", entity: "run", id: runId }) : success(null);
}

export function listRuns(
  db: ProjectDatabase,
  reach: AccessScope,
  page: PageRequest,
  filter: RunFilter,
): Promise<Outcome<Page<RunSummary>>> {
  const { columns, read } = RUN_SUMMARIES;
  return listPage(db, { ...listingOf(reach, filter), columns, read }, page);
}

/** The same, with what each was asked for. */
export function listWholeRuns(
  db: ProjectDatabase,
  reach: AccessScope,
  page: PageRequest,
  filter: RunFilter,
): Promise<Outcome<Page<ListedRun>>> {
  const { columns, read } = LISTED_RUNS;
  const size = { bytes: "length(config)", max: PAGE.maxBytes };
  return listPage(db, { ...listingOf(reach, filter), columns, read, size }, page);
}

function listingOf(reach: AccessScope, filter: RunFilter) {
  const { toolId, threadId, statuses, isIncomplete } = filter;
  const conditions = new Conditions(bindScope(reach));
  const bind = (value: string) => conditions.bind(value);
  const owners = [
    ...(toolId === undefined ? [] : [`tool_id = ${bind(toolId)}`]),
    ...(threadId === undefined ? [] : [`thread_id = ${bind(threadId)}`]),
  ];
  const states = [
    ...(statuses === undefined
      ? []
      : [`status IN (SELECT value FROM json_each(${bind(JSON.stringify(statuses))}))`]),
    // Few are open: their own index has them.
    ...(statuses?.every((status) => !isFinal(status)) ? ["ended_at_ms IS NULL"] : []),
    ...(isIncomplete === undefined ? [] : [`incomplete IS ${isIncomplete ? "NOT NULL" : "NULL"}`]),
  ];
  return {
    table: "runs",
    within: [runInReach("runs"), ...owners].join(" AND "),
    filter: states.length === 0 ? undefined : states.join(" AND "),
    bindings: conditions.bindings,
  };
}

async function withOutcome(
  bucket: R2Bucket,
  { outcome, isOutcomeInR2, ...run }: ItemOf<typeof RUNS>,
): Promise<Run> {
  const inRow = outcome ?? NO_OUTCOME;
  if (!isOutcomeInR2) {
    return { ...run, ...inRow, steps: inRow.steps ?? [] };
  }
  const kept = await bucket.get(runOutcomeKey(run.projectId, run.id));
  const whole = kept === null ? inRow : await kept.json<RunOutcome>();
  return { ...run, ...whole, steps: whole.steps ?? [] };
}
