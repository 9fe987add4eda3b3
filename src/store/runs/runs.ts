/** Runs as D1 has them: the truth once they have ended, until then as they were accepted. */
import type { AccessScope } from "../../domain/access/caller";
import { type Outcome, failed, success } from "../../domain/failure";
import type { Metadata } from "../../domain/metadata";
import type { Page, PageRequest } from "../../domain/page";
import type { Run, RunStatus } from "../../domain/run";
import { runOutcomeKey } from "../files/objects";
import { firstRow, query, runQuery } from "../sql/batch";
import { type Databases, type ProjectDatabase, databaseOf } from "../sql/databases";
import { listPage } from "../sql/pages";
import { bindScope, runInReach } from "../sql/scope";
import type { ItemOf } from "../sql/table";
import { RUNS, type RunOutcome, type RunRow } from "./run-table";

const RUN_SUMMARIES = RUNS.pick("id", "createdAtMs", "version", "threadId", "status", "error");

export type RunSummary = ItemOf<typeof RUN_SUMMARIES>;

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

/** Of the project's runs those with all that is asked for. */
export interface RunFilter {
  toolId: string;
  threadId?: string | undefined;
  statuses?: readonly RunStatus[] | undefined;
}

/** Replaces the whole metadata, whether the run is at work or has ended. */
export async function updateRunMetadata(
  db: ProjectDatabase,
  reach: AccessScope,
  { runId, metadata }: { runId: string; metadata: Metadata },
): Promise<Outcome<null>> {
  const changed = await runQuery(
    query(
      db,
      `UPDATE runs SET metadata = ?4 WHERE id = ?3 AND ${runInReach("runs")}`,
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
  { toolId, threadId, statuses }: RunFilter,
): Promise<Outcome<Page<RunSummary>>> {
  return listPage(
    db,
    {
      table: "runs",
      columns: RUN_SUMMARIES.columns,
      within: `${runInReach("runs")} AND tool_id = ?3`,
      filter: `(?4 IS NULL OR thread_id = ?4)
        AND (?5 IS NULL OR status IN (SELECT value FROM json_each(?5)))`,
      bindings: [
        ...bindScope(reach),
        toolId,
        threadId ?? null,
        statuses === undefined ? null : JSON.stringify(statuses),
      ],
      read: RUN_SUMMARIES.read,
    },
    page,
  );
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
