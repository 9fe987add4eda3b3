/**
 * What the coordinator writes into D1 of a run's end: one batch that is all or nothing and does nothing
 * when it is repeated.
 */
import { parseJson } from "../../domain/json";
import { type Message } from "../../domain/message";
import type { FinalRunStatus, RunError, RunStatus } from "../../domain/run";
import type { IncompleteRun } from "../../domain/runs/run-values";
import { RUN } from "../../limits";
import { runOutcomeKey } from "../files/objects";
import { indexMessages } from "../messages/index-messages";
import { advanceBy, insertMessages } from "../messages/insert-messages";
import { countEndedRun } from "../projects/usage-days";
import { type Query, query, runBatch, runQuery } from "../sql/batch";
import { type Databases, type ProjectDatabase, databaseOf } from "../sql/databases";
import { type MessageAddress, addressesOf, deleteMessages } from "./delete-messages";
import { RUNS, type RunOutcome, headOf } from "./run-table";

/** A run's end as it stands in D1. */
export interface RecordedEnd {
  /** Where its messages stand in the order of insertion, by id. */
  places: ReadonlyMap<string, number>;
  /** The project has webhooks, which may want to hear of it. */
  hasWebhooks: boolean;
}

/** The end of a run as D1 is to have it. */
export interface RunEnding extends RunOutcome {
  projectId: string;
  runId: string;
  status: FinalRunStatus;
  error: RunError | null;
  /** Absent from ends that an earlier release has left. */
  incomplete?: IncompleteRun | null | undefined;
  /** Null where it never began. */
  startedAtMs: number | null;
  endedAtMs: number;
  /** What it writes to its threads, each under an id fixed before the work began. */
  messages: Message[];
  /** What is taken back from its threads. */
  withdrawnMessages: MessageAddress[];
}

/**
 * Records the run's end: its row, what it wrote to its threads, their `updated_at`. A run whose end
 * is recorded already, or that was deleted with its thread, is left as it is.
 */
export async function endRun(
  env: Databases & Pick<Env, "FILES">,
  ending: RunEnding,
): Promise<RecordedEnd> {
  const { projectId, runId, messages, withdrawnMessages } = ending;
  const outcome = outcomeOf(ending);
  const isInRow = new TextEncoder().encode(outcome).byteLength <= RUN.outcomeInRowMaxBytes;
  if (!isInRow) {
    await env.FILES.put(runOutcomeKey(projectId, runId), outcome);
  }
  const db = databaseOf(env, ending);
  const scope = { projectId, endUserId: null, threadId: null };
  const whileOpen = { where: isOpen("?4"), bindings: [runId] };
  const { recorded } = await runBatch(db, {
    // One statement a message: each is as large as an action's output may be.
    messages: messages.map((message, offset) =>
      insertMessages(db, scope, [message], { ...whileOpen, offset, countedWithRun: "1" }),
    ),
    indexed: await indexMessages(db, projectId, messages),
    withdrawn: deleteMessages(db, projectId, withdrawnMessages),
    // Before the threads are moved on, which tells the messages that are new.
    counted: countEndedRun(db, {
      ...ending,
      firstTokenMs: ending.timing?.firstTokenMs ?? null,
    }),
    touched: messages.length === 0 ? null : touchThreads(db, ending),
    ended: query(
      db,
      `UPDATE runs SET status = ?3, error = ?4, outcome = ?5, outcome_in_r2 = ?6,
         started_at_ms = ?7, ended_at_ms = ?8, tokens_used = ?9, incomplete = ?10
       WHERE project_id = ?1 AND id = ?2 AND ended_at_ms IS NULL`,
      projectId,
      runId,
      ending.status,
      RUNS.fields.error.write(ending.error),
      isInRow ? outcome : JSON.stringify(headOf(ending)),
      isInRow ? 0 : 1,
      ending.startedAtMs,
      ending.endedAtMs,
      ending.usage.inputTokens + ending.usage.outputTokens,
      ending.incomplete ?? null,
    ),
    recorded: selectRecorded(db, ending),
  });
  const { places, is_known: isKnown, has_webhooks: hasWebhooks } = recorded[0] ?? UNRECORDED;
  if (!isInRow && isKnown === 0) {
    await env.FILES.delete(runOutcomeKey(projectId, runId));
  }
  return {
    places: new Map(parseJson<[id: string, n: number][]>(places)),
    hasWebhooks: hasWebhooks !== 0,
  };
}

function touchThreads(
  db: ProjectDatabase,
  { projectId, runId, messages, endedAtMs }: RunEnding,
): Query<never> {
  return query(
    db,
    `UPDATE threads SET updated_at_ms = max(updated_at_ms, ?4), ${advanceBy(messages.length)}
     WHERE project_id = ?1
     AND id IN (SELECT value FROM json_each(?3)) AND ${isOpen("?2")}`,
    projectId,
    runId,
    JSON.stringify(messages.map(({ threadId }) => threadId)),
    endedAtMs,
  );
}

interface RecordedRow {
  /** JSON of the id and the place of each of its messages. */
  places: string;
  is_known: number;
  has_webhooks: number;
}

const UNRECORDED: RecordedRow = { places: "[]", is_known: 0, has_webhooks: 0 };

/** One statement: what a batch costs is its statements. */
function selectRecorded(
  db: ProjectDatabase,
  { projectId, runId, messages }: RunEnding,
): Query<RecordedRow> {
  return query(
    db,
    `SELECT
       (SELECT json_group_array(json_array(m.id, m.n)) FROM json_each(?3) given
          CROSS JOIN messages m ON m.project_id = ?1
            AND m.thread_id = given.value ->> 'threadId' AND m.id = given.value ->> 'id') AS places,
       EXISTS (SELECT 1 FROM runs WHERE project_id = ?1 AND id = ?2) AS is_known,
       EXISTS (SELECT 1 FROM webhooks WHERE project_id = ?1) AS has_webhooks`,
    projectId,
    runId,
    addressesOf(messages),
  );
}

/** As JSON. */
function outcomeOf({ traces, results, usage, pendingCalls, steps, timing }: RunEnding): string {
  return JSON.stringify({
    traces,
    results,
    usage,
    pendingCalls,
    steps,
    timing,
  } satisfies RunOutcome);
}

/** SQL: the run of the id in this parameter has no recorded end. */
function isOpen(runId: string): string {
  return `EXISTS (SELECT 1 FROM runs
    WHERE project_id = ?1 AND id = ${runId} AND ended_at_ms IS NULL)`;
}

/** Shows listings where an unfinished run stands; the object alone knows for certain. */
export async function updateRunStatus(
  db: ProjectDatabase,
  { projectId, runId, status }: { projectId: string; runId: string; status: RunStatus },
): Promise<void> {
  const where = "project_id = ?1 AND id = ?2 AND ended_at_ms IS NULL";
  await runQuery(query(db, `UPDATE runs SET status = ?3 WHERE ${where}`, projectId, runId, status));
}
