/**
 * What the coordinator writes into D1 of a run: its admission and its end, each one batch that is
 * all or nothing and does nothing when it is repeated.
 */
import type { AccessScope } from "../../domain/access/caller";
import { type Outcome, failed, success } from "../../domain/failure";
import type { Message } from "../../domain/message";
import type { FinalRunStatus, RunError, RunRequest, RunStatus } from "../../domain/run";
import type { IncompleteRun } from "../../domain/runs/run-values";
import type { RunConfig } from "../../domain/tool";
import { tokensToReserve } from "../../domain/usage/quota";
import { RUN } from "../../limits";
import { runOutcomeKey } from "../files/objects";
import { indexMessages } from "../messages/index-messages";
import { advanceBy, insertMessages } from "../messages/insert-messages";
import {
  isClientIdTaken,
  restoreMessages,
  supersedeMessages,
} from "../messages/supersede-messages";
import { quotaFailure } from "../projects/quotas";
import { countEndedRun } from "../projects/usage-days";
import { type Query, query, runBatch, runQuery } from "../sql/batch";
import { type Databases, type ProjectDatabase, databaseOf } from "../sql/databases";
import { OWNER, bindScope, threadIsVisible } from "../sql/scope";
import { RUNS, type RunOutcome } from "./run-table";

export interface RunAdmission {
  request: RunRequest;
  config: RunConfig;
  /** Messages of the inputs, in order, each under an id fixed before. */
  messages: Message[];
  /** A thread outside it is no thread to this run. */
  reach: AccessScope;
}

export interface Admitted {
  /** False for a run that has been admitted before and has ended since. */
  isOpen: boolean;
  /** The place of the last message that its thread has had; 0 where there was none. */
  lastMessage: number;
}

type MessageAddress = Pick<Message, "threadId" | "id">;

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
  /** Absent from ends that an earlier release has left. */
  timing?: RunTiming;
}

/** How the run was served: for its project's usage, and for the log. */
export interface RunTiming {
  /** Milliseconds from its acceptance to its first begin. Null where it never began. */
  queueMs: number | null;
  /**
   * Milliseconds from its acceptance to the first piece that a model told; the time that it waited for
   * its client is no part of it. Null where there was none, or where the object that saw it has died.
   */
  firstTokenMs: number | null;
  /** How often it was begun: above 1 after deaths of its object. */
  attempts: number;
}

const INSERT_UNKNOWN_THREADS = `
  INSERT INTO threads (project_id, id, created_at_ms, updated_at_ms, end_user_id, alias)
  SELECT ?1, value, ?4, ?4, ${OWNER}, ?5 FROM json_each(?3) WHERE true
  ON CONFLICT (project_id, id) DO NOTHING`;

/**
 * Makes the run's threads where they are not known yet, saves its input messages and its row.
 * Fails, with nothing of the run written, where a thread belongs to someone out of reach or a quota
 * is used up.
 */
export async function admitRun(
  db: ProjectDatabase,
  admission: RunAdmission,
): Promise<Outcome<Admitted>> {
  try {
    return await writeAdmission(db, admission);
  } catch (error) {
    const quota = quotaFailure(error, admission.request.createdAtMs);
    if (quota !== null) {
      return failed(quota);
    }
    if (isClientIdTaken(error)) {
      const message = "A message of this id, and of other content, is on the thread already.";
      return failed({ kind: "conflict", message });
    }
    throw error;
  }
}

async function writeAdmission(
  db: ProjectDatabase,
  admission: RunAdmission,
): Promise<Outcome<Admitted>> {
  const { request, config, messages, reach } = admission;
  const { threadIds, createdAtMs } = request;
  const bound = bindScope(reach);
  const ids = JSON.stringify(threadIds ?? []);
  const allInReach = `NOT EXISTS (SELECT 1 FROM json_each(?4) CROSS JOIN threads t
    ON t.project_id = ?1 AND t.id = value WHERE NOT (${threadIsVisible("t")}))`;
  const { threads, admitted } = await runBatch(db, {
    unknownThreads: query(
      db,
      INSERT_UNKNOWN_THREADS,
      ...bound,
      ids,
      createdAtMs,
      request.turn?.alias ?? null,
    ),
    cut: supersedeMessages(db, reach, request),
    messages: insertMessages(db, reach, messages, { where: allInReach, bindings: [ids] }),
    touched: query(
      db,
      `UPDATE threads SET updated_at_ms = max(updated_at_ms, ?5), ${advanceBy(messages.length)}
       WHERE project_id = ?1
       AND id IN (SELECT value ->> 'threadId' FROM json_each(?3)) AND ${allInReach}`,
      ...bound,
      JSON.stringify(messages),
      ids,
      createdAtMs,
    ),
    run: query(
      db,
      `INSERT INTO runs (project_id, end_user_id, id, tool_id, tool_name, version, thread_id,
         status, config, created_at_ms, tokens_reserved, message_id, metadata)
       SELECT ?1, ${OWNER}, ?3, ?5, ?6, ?7, ?8, 'queued', ?9, ?10, ?11, ?12, ?13 WHERE ${allInReach}
       ON CONFLICT (project_id, id) DO NOTHING`,
      ...bound,
      request.runId,
      ids,
      request.toolId,
      request.toolName,
      request.version,
      threadIds?.[0] ?? null,
      JSON.stringify(config),
      createdAtMs,
      tokensToReserve(config, request.inputs.length),
      askedMessage(admission),
      RUNS.fields.metadata.write(request.metadata ?? null),
    ),
    threads: query<{ id: string }>(
      db,
      `SELECT t.id FROM json_each(?3) CROSS JOIN threads t ON t.id = value WHERE ${threadIsVisible("t")}`,
      ...bound,
      ids,
    ),
    admitted: selectAdmitted(db, request),
    indexed: await indexMessages(db, request.projectId, messages),
  });
  const [state] = admitted;
  const reached = new Set(threads.map(({ id }) => id));
  const missed = threadIds?.find((id) => !reached.has(id));
  return missed === undefined
    ? success({ isOpen: state?.is_ended !== 1, lastMessage: state?.last_message ?? 0 })
    : failed({ kind: "not_found", entity: "thread", id: missed });
}

/** What a chat's run answers on its thread; of other runs nobody asks for that, and it would cost them a row. */
function askedMessage({ request: { turn, threadIds }, messages }: RunAdmission): string | null {
  if (turn === undefined) {
    return null;
  }
  const asked = messages.findLast(({ threadId }) => threadId === threadIds?.[0]);
  return turn.messageId ?? asked?.id ?? null;
}

interface AdmittedRow {
  is_ended: number;
  last_message: number | null;
}

function selectAdmitted(
  db: ProjectDatabase,
  { projectId, runId, threadIds }: RunRequest,
): Query<AdmittedRow> {
  return query(
    db,
    `SELECT
       EXISTS (SELECT 1 FROM runs WHERE project_id = ?1 AND id = ?2 AND ended_at_ms IS NOT NULL)
         AS is_ended,
       (SELECT last_n FROM threads WHERE project_id = ?1 AND id = ?3) AS last_message`,
    projectId,
    runId,
    threadIds?.[0] ?? null,
  );
}

/** Takes back what `admitRun` wrote, the threads it may have made excepted. */
export async function withdrawRun(db: ProjectDatabase, admission: RunAdmission): Promise<void> {
  const { request, messages } = admission;
  await runBatch(db, {
    messages: deleteMessages(db, request.projectId, messages),
    cut: restoreMessages(db, request),
    run: query(
      db,
      "DELETE FROM runs WHERE project_id = ?1 AND id = ?2 AND ended_at_ms IS NULL",
      request.projectId,
      request.runId,
    ),
  });
}

/**
 * Records the run's end: its row, what it wrote to its threads, their `updated_at`. A run whose end
 * is recorded already, or that was deleted with its thread, is left as it is.
 * @returns Where its messages stand in their threads, by id.
 */
export async function endRun(
  env: Databases & Pick<Env, "FILES">,
  ending: RunEnding,
): Promise<Map<string, number>> {
  const { projectId, runId, messages, withdrawnMessages } = ending;
  const { traces, results, usage, pendingCalls, steps } = ending;
  const outcome = JSON.stringify({
    traces,
    results,
    usage,
    pendingCalls,
    steps,
  } satisfies RunOutcome);
  const isInRow = new TextEncoder().encode(outcome).byteLength <= RUN.outcomeInRowMaxBytes;
  if (!isInRow) {
    await env.FILES.put(runOutcomeKey(projectId, runId), outcome);
  }
  const db = databaseOf(env, ending);
  const scope = { projectId, endUserId: null, threadId: null };
  const whileOpen = { where: isOpen("?4"), bindings: [runId] };
  const { places, runs } = await runBatch(db, {
    // One statement a message: each is as large as an action's output may be.
    messages: messages.map((message, offset) =>
      insertMessages(db, scope, [message], { ...whileOpen, offset }),
    ),
    indexed: await indexMessages(db, projectId, messages),
    withdrawn: deleteMessages(db, projectId, withdrawnMessages),
    touched: query(
      db,
      `UPDATE threads SET updated_at_ms = max(updated_at_ms, ?4), ${advanceBy(messages.length)}
       WHERE project_id = ?1
       AND id IN (SELECT value FROM json_each(?3)) AND ${isOpen("?2")}`,
      projectId,
      runId,
      JSON.stringify(messages.map(({ threadId }) => threadId)),
      ending.endedAtMs,
    ),
    counted: countEndedRun(db, {
      ...ending,
      firstTokenMs: ending.timing?.firstTokenMs ?? null,
    }),
    ended: query(
      db,
      `UPDATE runs SET status = ?3, error = ?4, outcome = ?5, outcome_in_r2 = ?6,
         started_at_ms = ?7, ended_at_ms = ?8, tokens_used = ?9, incomplete = ?10
       WHERE project_id = ?1 AND id = ?2 AND ended_at_ms IS NULL`,
      projectId,
      runId,
      ending.status,
      RUNS.fields.error.write(ending.error),
      isInRow ? outcome : null,
      isInRow ? 0 : 1,
      ending.startedAtMs,
      ending.endedAtMs,
      usage.inputTokens + usage.outputTokens,
      ending.incomplete ?? null,
    ),
    places: query<{ id: string; n: number }>(
      db,
      `SELECT m.id, m.n FROM json_each(?2) given CROSS JOIN messages m ON m.project_id = ?1
         AND m.thread_id = given.value ->> 'threadId' AND m.id = given.value ->> 'id'`,
      projectId,
      addressesOf(messages),
    ),
    runs: query(db, "SELECT id FROM runs WHERE project_id = ? AND id = ?", projectId, runId),
  });
  if (!isInRow && runs.length === 0) {
    await env.FILES.delete(runOutcomeKey(projectId, runId));
  }
  return new Map(places.map(({ id, n }) => [id, n]));
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

function deleteMessages(
  db: ProjectDatabase,
  projectId: string,
  messages: readonly MessageAddress[],
): Query<never> {
  return query(
    db,
    `DELETE FROM messages WHERE project_id = ?1 AND thread_id IN (
       SELECT value ->> 'threadId' FROM json_each(?2)) AND id IN (SELECT value ->> 'id' FROM json_each(?2))`,
    projectId,
    addressesOf(messages),
  );
}

function addressesOf(messages: readonly MessageAddress[]): string {
  return JSON.stringify(messages.map(({ threadId, id }) => ({ threadId, id })));
}
