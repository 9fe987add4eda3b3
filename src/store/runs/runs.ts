/** Runs as D1 has them: the truth once they have ended, until then as they were accepted. */
import type { AccessScope } from "../../domain/access/caller";
import { type Outcome, failed, success } from "../../domain/failure";
import type { Page, PageRequest } from "../../domain/page";
import type { Run, RunError, RunStatus } from "../../domain/run";
import type { RunConfig } from "../../domain/tool";
import { runOutcomeKey } from "../files/objects";
import { firstRow, query } from "../sql/batch";
import { listPage } from "../sql/pages";
import { bindScope, runInReach } from "../sql/scope";
import type { RunOutcome } from "./run-records";

const RUN_COLUMNS = `id, project_id, tool_id, tool_name, version, thread_id, status, error, config,
  outcome, outcome_in_r2, created_at_ms, started_at_ms, ended_at_ms`;

interface RunRow {
  id: string;
  project_id: string;
  tool_id: string;
  tool_name: string;
  version: number;
  thread_id: string | null;
  status: RunStatus;
  error: string | null;
  config: string;
  outcome: string | null;
  outcome_in_r2: number;
  created_at_ms: number;
  started_at_ms: number | null;
  ended_at_ms: number | null;
}

type SummaryRow = Pick<
  RunRow,
  "id" | "created_at_ms" | "version" | "thread_id" | "status" | "error"
>;

const NO_OUTCOME: RunOutcome = {
  traces: [],
  results: null,
  usage: { inputTokens: 0, outputTokens: 0 },
  pendingCalls: [],
};

export async function getRun(
  env: Pick<Env, "DB" | "FILES">,
  reach: AccessScope,
  { toolId, runId }: { toolId?: string; runId: string },
): Promise<Outcome<Run>> {
  const row = await firstRow<RunRow>(
    query(
      env.DB,
      `SELECT ${RUN_COLUMNS} FROM runs
       WHERE id = ?3 AND (?4 IS NULL OR tool_id = ?4) AND ${runInReach("runs")}`,
      ...bindScope(reach),
      runId,
      toolId ?? null,
    ),
  );
  return row === undefined
    ? failed({ kind: "not_found", entity: "run", id: runId })
    : success(await readRun(env.FILES, row));
}

export type RunSummary = Pick<
  Run,
  "id" | "createdAtMs" | "version" | "threadId" | "status" | "error"
>;

/** Of the project's runs those with all that is asked for. */
export interface RunFilter {
  toolId: string;
  threadId?: string | undefined;
  statuses?: readonly RunStatus[] | undefined;
}

export function listRuns(
  db: D1Database,
  reach: AccessScope,
  page: PageRequest,
  { toolId, threadId, statuses }: RunFilter,
): Promise<Outcome<Page<RunSummary>>> {
  return listPage(
    db,
    {
      table: "runs",
      columns: "seq, id, created_at_ms, version, thread_id, status, error",
      within: `${runInReach("runs")} AND tool_id = ?3`,
      filter: `(?4 IS NULL OR thread_id = ?4)
        AND (?5 IS NULL OR status IN (SELECT value FROM json_each(?5)))`,
      bindings: [
        ...bindScope(reach),
        toolId,
        threadId ?? null,
        statuses === undefined ? null : JSON.stringify(statuses),
      ],
      read: readSummary,
    },
    page,
  );
}

function readSummary(row: SummaryRow): RunSummary {
  const error: RunError | null = row.error === null ? null : JSON.parse(row.error);
  const { id, created_at_ms: createdAtMs, version, thread_id: threadId, status } = row;
  return { id, createdAtMs, version, threadId, status, error };
}

async function readRun(bucket: R2Bucket, row: RunRow): Promise<Run> {
  const config: RunConfig = JSON.parse(row.config);
  const error: RunError | null = row.error === null ? null : JSON.parse(row.error);
  return {
    id: row.id,
    projectId: row.project_id,
    toolId: row.tool_id,
    toolName: row.tool_name,
    version: row.version,
    threadId: row.thread_id,
    status: row.status,
    error,
    createdAtMs: row.created_at_ms,
    startedAtMs: row.started_at_ms,
    endedAtMs: row.ended_at_ms,
    config,
    ...(await readOutcome(bucket, row)),
  };
}

async function readOutcome(bucket: R2Bucket, row: RunRow): Promise<RunOutcome> {
  if (row.outcome !== null) {
    const outcome: RunOutcome = JSON.parse(row.outcome);
    return outcome;
  }
  if (row.outcome_in_r2 === 0) {
    return NO_OUTCOME;
  }
  const kept = await bucket.get(runOutcomeKey(row.project_id, row.id));
  return kept === null ? NO_OUTCOME : kept.json<RunOutcome>();
}
