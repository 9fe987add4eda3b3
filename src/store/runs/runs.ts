/** Runs as D1 has them: ended runs in full, open ones as they were accepted. */
import type { AccessScope } from "../../domain/access/caller";
import { type Failure, type Outcome, failed, success } from "../../domain/failure";
import type { Metadata } from "../../domain/metadata";
import type { Page, PageRequest } from "../../domain/page";
import { type Run, type RunStatus, type Usage, isFinal } from "../../domain/run";
import { PAGE, RUN } from "../../limits";
import { runOutcomeKey } from "../files/objects";
import type { Route } from "../sql/access-paths";
import { firstRow, query, runBatch, runQuery } from "../sql/batch";
import { Conditions } from "../sql/conditions";
import { type Databases, type ProjectDatabase, databaseOf } from "../sql/databases";
import { listPage } from "../sql/pages";
import { BOUND_THREAD, OWNER, bindScope, runIsVisible } from "../sql/scope";
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

/** A run with what short lists show of it. */
export type RunSummary = ItemOf<typeof RUN_SUMMARIES>;

/** The columns of a listed run: its request and its usage, without its outputs. */
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

/** A run with all that lists may show of it. */
export type ListedRun = ItemOf<typeof LISTED_RUNS>;

const NO_OUTCOME: RunOutcome = {
  traces: [],
  results: null,
  usage: { inputTokens: 0, outputTokens: 0 },
  pendingCalls: [],
};

/** The failure where so many bytes of an outcome cannot be held in memory now; null where they can. */
export type FindRoom = (bytes: number) => Failure | null;

/**
 * A run with its outcome. An outcome beyond `RUN.outcomeMaxBytes`, which only earlier releases wrote, is left
 * out.
 */
export async function getRun(
  env: Databases & Pick<Env, "FILES">,
  scope: AccessScope,
  { toolId, runId }: { toolId?: string; runId: string },
  findRoom: FindRoom = () => null,
): Promise<Outcome<Run>> {
  const row = await firstRow<RunRow>(
    query(
      databaseOf(env, scope),
      `SELECT ${RUNS.columns} FROM runs
       WHERE id = ?3 AND (?4 IS NULL OR tool_id = ?4) AND ${runIsVisible("runs")}`,
      ...bindScope(scope),
      runId,
      toolId ?? null,
    ),
  );
  if (row === undefined) {
    return failed({ kind: "not_found", entity: "run", id: runId });
  }
  const run = RUNS.read(row);
  const kept = await readOutcome(env.FILES, run, findRoom);
  return kept.ok ? success(withOutcome(run, kept.value)) : kept;
}

export interface FittingRuns {
  /** In the order of their ids. */
  runs: Run[];
  /** Ids of runs that did not fit. */
  left: ReadonlySet<string>;
}

/**
 * The runs of these ids that are in the scope, the first ones up to so many bytes. A run that is larger than
 * that by itself is left out: only `getRun` reads it.
 */
export async function getRuns(
  env: Databases & Pick<Env, "FILES">,
  scope: AccessScope,
  { ids, maxBytes }: { ids: readonly string[]; maxBytes: number },
): Promise<FittingRuns> {
  const db = databaseOf(env, scope);
  const bound = [...bindScope(scope), JSON.stringify(ids), maxBytes] as const;
  const { fitting, others } = await runBatch(db, {
    fitting: query<RunRow>(
      db,
      `${SIZED_RUNS} SELECT ${RUNS.columns} FROM sized JOIN runs USING (seq)
       WHERE until <= ?4 ORDER BY place`,
      ...bound,
    ),
    others: query<{ id: string }>(
      db,
      `${SIZED_RUNS} SELECT id FROM sized JOIN runs USING (seq) WHERE until > ?4`,
      ...bound,
    ),
  });
  const left = new Set(others.map(({ id }) => id));
  const runs: Run[] = [];
  const budget = { bytes: maxBytes };
  for (const row of fitting) {
    const run = RUNS.read(row);
    const kept = run.isOutcomeInR2
      ? await env.FILES.get(runOutcomeKey(run.projectId, run.id))
      : null;
    const bytes = kept?.size ?? 0;
    if (kept === null || bytes <= budget.bytes) {
      budget.bytes -= bytes;
      runs.push(withOutcome(run, await kept?.json<RunOutcome>()));
      continue;
    }
    await kept.body.cancel();
    if (bytes <= maxBytes) {
      left.add(run.id);
      break;
    }
  }
  return { runs, left };
}

/** The bytes of the rows up to each run, that run included. */
const SIZED_RUNS = `WITH sized AS (SELECT r.seq, named.key AS place,
    sum(octet_length(r.config) + coalesce(octet_length(r.outcome), 0))
      OVER (ORDER BY named.key ROWS UNBOUNDED PRECEDING) AS until
  FROM json_each(?3) named CROSS JOIN runs r ON r.id = named.value
  WHERE ${runIsVisible("r")})`;

/** Filters of a project's runs; a run must pass all that are given. */
export interface RunFilter {
  toolId?: string | undefined;
  threadId?: string | undefined;
  /** One of these statuses; for a run at work, the last one that was recorded. */
  statuses?: readonly RunStatus[] | undefined;
  /** Whether the run succeeded with a reply that was cut short. */
  isIncomplete?: boolean | undefined;
}

/**
 * Replaces the whole metadata of a run, at work or ended; fails with `not_found`. An end user may do so for the
 * runs that it has started itself.
 */
export async function updateRunMetadata(
  db: ProjectDatabase,
  scope: AccessScope,
  { runId, metadata }: { runId: string; metadata: Metadata },
): Promise<Outcome<null>> {
  const changed = await runQuery(
    query(
      db,
      `UPDATE runs SET metadata = ?4
       WHERE id = ?3 AND ${runIsVisible("runs")} AND (?2 IS NULL OR end_user_id = ${OWNER})`,
      ...bindScope(scope),
      runId,
      RUNS.fields.metadata.write(metadata),
    ),
  );
  return changed === 0 ? failed({ kind: "not_found", entity: "run", id: runId }) : success(null);
}

/** A page of runs in scope. */
export function listRuns(
  db: ProjectDatabase,
  scope: AccessScope,
  page: PageRequest,
  filter: RunFilter,
): Promise<Outcome<Page<RunSummary>>> {
  const { columns, read } = RUN_SUMMARIES;
  return listPage(db, { ...listingOf(scope, filter), columns, read }, page);
}

/** A page of runs, each with its request. */
export function listWholeRuns(
  db: ProjectDatabase,
  scope: AccessScope,
  page: PageRequest,
  filter: RunFilter,
): Promise<Outcome<Page<ListedRun>>> {
  const { columns, read } = LISTED_RUNS;
  const size = { bytes: "length(config)", max: PAGE.maxBytes };
  return listPage(db, { ...listingOf(scope, filter), columns, read, size }, page);
}

function listingOf(scope: AccessScope, filter: RunFilter) {
  const { toolId, threadId, statuses, isIncomplete } = filter;
  const conditions = new Conditions(bindScope(scope));
  const bind = (value: string) => conditions.bind(value);
  const owners = [
    ...ownerOf(scope),
    ...(toolId === undefined ? [] : [`tool_id = ${bind(toolId)}`]),
    ...(threadId === undefined ? [] : [`thread_id = ${bind(threadId)}`]),
  ];
  const within = [runIsVisible("runs"), ...owners].join(" AND ");
  const areOpen = statuses?.every((status) => !isFinal(status)) ?? false;
  const states = [
    ...(statuses === undefined ? [] : [statusIn(statuses, bind)]),
    ...(isIncomplete === undefined ? [] : [`incomplete IS ${isIncomplete ? "NOT NULL" : "NULL"}`]),
  ];
  return {
    table: "runs",
    within,
    route: areOpen && threadId === undefined ? routeOfOpen(within) : undefined,
    filter: states.length === 0 ? undefined : states.join(" AND "),
    bindings: conditions.bindings,
  };
}

/** In the words of the indexes `runs_unsuccessful`, which SQLite else does not see to fit. */
const UNSUCCESSFUL = "status IN ('failed', 'cancelled', 'expired')";

function statusIn(statuses: readonly RunStatus[], bind: (value: string) => string): string {
  const isOneOf = `status IN (SELECT value FROM json_each(${bind(JSON.stringify(statuses))}))`;
  const didNotSucceed = statuses.every((status) => isFinal(status) && status !== "succeeded");
  return didNotSucceed ? `${UNSUCCESSFUL} AND ${isOneOf}` : isOneOf;
}

/** What `runIsVisible` says in such a form that an index has it. */
function ownerOf({ endUserId, threadId }: AccessScope): string[] {
  if (endUserId === null) {
    return [];
  }
  return [threadId === null ? `end_user_id = ${OWNER}` : `thread_id = ${BOUND_THREAD}`];
}

/** Few are open, and those are new or noted as late: along the table's order all others would be read. */
function routeOfOpen(within: string): Route {
  const open = `SELECT seq FROM runs WHERE ended_at_ms IS NULL AND ${within}`;
  const select = `${open} AND seq > (SELECT looked_to FROM run_looks)
    UNION ALL ${open} AND seq IN (SELECT seq FROM late_runs)`;
  return { by: "range", select };
}

/** What has no room is not read: whoever opens an object must read or cancel it. */
async function readOutcome(
  bucket: R2Bucket,
  { isOutcomeInR2, projectId, id }: ItemOf<typeof RUNS>,
  findRoom: FindRoom,
): Promise<Outcome<RunOutcome | undefined>> {
  const kept = isOutcomeInR2 ? await bucket.get(runOutcomeKey(projectId, id)) : null;
  if (kept === null) {
    return success(undefined);
  }
  const isTooLarge = kept.size > RUN.outcomeMaxBytes;
  const full = isTooLarge ? null : findRoom(kept.size);
  if (!isTooLarge && full === null) {
    return success(await kept.json<RunOutcome>());
  }
  await kept.body.cancel();
  return full === null ? success(undefined) : failed(full);
}

/** @param kept The values in R2, which did not fit the row. */
function withOutcome(
  { outcome, isOutcomeInR2, ...run }: ItemOf<typeof RUNS>,
  kept: RunOutcome | undefined,
): Run {
  const whole = (isOutcomeInR2 ? kept : outcome) ?? NO_OUTCOME;
  return { ...run, ...whole, steps: whole.steps ?? [], timing: whole.timing ?? null };
}
