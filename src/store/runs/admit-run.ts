/**
 * What the coordinator writes into D1 when it takes a run on, and takes back: each one batch that is
 * all or nothing and does nothing when it is repeated.
 */
import type { AccessScope } from "../../domain/access/caller";
import { type Outcome, failed, success } from "../../domain/failure";
import { parseJson } from "../../domain/json";
import { type Message, ROLES } from "../../domain/message";
import type { RunRequest } from "../../domain/run";
import type { RunConfig, ToolState } from "../../domain/tool";
import { tokensToReserve } from "../../domain/usage/quota";
import {
  type RequestClaim,
  claimForRun,
  dropClaim,
  isConcurrentDuplicate,
} from "../access/idempotency";
import { selectUnknownFiles } from "../files/files";
import { indexMessages } from "../messages/index-messages";
import { COUNTED_WITH_RUN, advanceBy, insertMessages } from "../messages/insert-messages";
import {
  isClientIdTaken,
  restoreMessages,
  supersedeMessages,
} from "../messages/supersede-messages";
import { tokensLeft } from "../projects/hold-tokens";
import { quotaFailure } from "../projects/quotas";
import { type Query, query, runBatch } from "../sql/batch";
import { type ProjectDatabase } from "../sql/databases";
import { OWNER, bindScope, threadIsVisible } from "../sql/scope";
import {
  type HistoryQuery,
  type ThreadSnapshot,
  type HistoryRow,
  historyOf,
  selectHistory,
} from "../threads/thread-history";
import { THREADS } from "../threads/thread-table";
import { secretForRuns } from "../webhooks/webhooks";
import { deleteMessages } from "./delete-messages";
import { RUNS } from "./run-table";

/** A run on its way into D1, with its thread and messages. */
export interface RunAdmission {
  request: RunRequest;
  config: RunConfig;
  /** Messages of the inputs, in order, each under an id fixed before. */
  messages: Message[];
  /** A thread outside it is no thread to this run. */
  scope: AccessScope;
  /** What the run will read of its thread, to be read with its admission. */
  history?: Pick<HistoryQuery, "limit" | "lastIds" | "hiddenIds" | "maxBytes"> | null;
  /** What the run was put together on: see `Admitted.isStale`. */
  assumed?: Assumptions;
}

/** What whoever asks for a run has not looked up, or some time ago: nothing is done where it does not hold. */
export interface Assumptions {
  /** The tool is as it was. */
  tool?: ToolState | undefined;
  /** The run's thread is there already. */
  knownThread?: true | undefined;
  /** These files are in reach. */
  fileIds?: string[] | undefined;
  /** The project has a secret that signs what is posted of single runs. */
  webhookSecret?: true | undefined;
  /** No other run was asked for by this request's name, which is from now on this run's. */
  claim?: RequestClaim | undefined;
}

/** What came of an admission. */
export interface Admitted {
  /** False for a run that has been admitted before and has ended since. */
  isOpen: boolean;
  /** The place of the last message that its thread has had; 0 where there was none. */
  lastMessage: number;
  /** Some assumption does not hold; nothing was written. */
  isStale: boolean;
  /** The project has a quota of tokens. */
  hasTokenQuota: boolean;
  /** Its thread behind its messages, where `history` asks for that. */
  thread: ThreadSnapshot | null;
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
    if (isStale(error) || isConcurrentDuplicate(error)) {
      return success({
        isOpen: false,
        lastMessage: 0,
        isStale: true,
        hasTokenQuota: true,
        thread: null,
      });
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
  const { request, messages, scope } = admission;
  const { threadIds } = request;
  const ids = JSON.stringify(threadIds ?? []);
  const history = queryHistory(db, admission);
  const { claim } = admission.assumed ?? {};
  const isSilent = messages.length === 0;
  const whenVisible = { where: ALL_VISIBLE, bindings: [ids], countedWithRun: COUNTED_WITH_RUN };
  const { admitted, last, others } = await runBatch(db, {
    claim: claim === undefined ? null : claimForRun(db, claim, request.runId),
    unknownThreads: insertUnknownThreads(db, admission),
    cut: supersedeMessages(db, scope, request),
    messages: isSilent ? null : insertMessages(db, scope, messages, whenVisible),
    touched: isSilent ? null : touchThreads(db, admission, ids),
    run: insertRun(db, admission, ids),
    admitted: selectAdmitted(db, admission, ids),
    last: history.last,
    others: history.others,
    indexed: await indexMessages(db, request.projectId, messages),
  });
  const threads = parseJson<ThreadSeen[]>(admitted[0]?.threads ?? "[]");
  const missed = threadIds?.find((id) => !threads.some((seen) => seen.id === id));
  return missed === undefined
    ? success({
        ...stateOf(admitted[0]),
        isStale: false,
        thread: snapshotOf(admission, threads, [...last, ...others]),
      })
    : failed({ kind: "not_found", entity: "thread", id: missed });
}

function insertUnknownThreads(
  db: ProjectDatabase,
  { request, scope, assumed }: RunAdmission,
): Query<never> | null {
  const ids = (request.threadIds ?? []).slice(assumed?.knownThread ? 1 : 0);
  return ids.length === 0
    ? null
    : query(
        db,
        INSERT_UNKNOWN_THREADS,
        ...bindScope(scope),
        JSON.stringify(ids),
        request.createdAtMs,
        request.turn?.alias ?? null,
      );
}

function touchThreads(
  db: ProjectDatabase,
  { request, messages, scope }: RunAdmission,
  ids: string,
): Query<never> {
  return query(
    db,
    `UPDATE threads SET updated_at_ms = max(updated_at_ms, ?5), ${advanceBy(messages.length)}
     WHERE project_id = ?1
     AND id IN (SELECT value ->> 'threadId' FROM json_each(?3)) AND ${ALL_VISIBLE}`,
    ...bindScope(scope),
    JSON.stringify(messages),
    ids,
    request.createdAtMs,
  );
}

/** SQL true where no thread of `?4` belongs to someone out of reach. */
const ALL_VISIBLE = `NOT EXISTS (SELECT 1 FROM json_each(?4) CROSS JOIN threads t
  ON t.project_id = ?1 AND t.id = value WHERE NOT (${threadIsVisible("t")}))`;

interface ThreadSeen {
  id: string;
  metadata: string | null;
}

function queryHistory(db: ProjectDatabase, { request, history }: RunAdmission) {
  const { projectId, threadIds } = request;
  const [threadId] = threadIds ?? [];
  return !history || threadId === undefined
    ? { last: null, others: null }
    : selectHistory(db, { projectId, threadId, roles: ROLES, ...history });
}

function snapshotOf(
  { request: { threadIds }, history }: RunAdmission,
  threads: readonly ThreadSeen[],
  rows: readonly HistoryRow[],
): ThreadSnapshot | null {
  const thread = threads.find(({ id }) => id === threadIds?.[0]);
  return !history || thread === undefined
    ? null
    : {
        threadId: thread.id,
        metadata: THREADS.fields.metadata.read(thread.metadata),
        limit: history.limit,
        messages: historyOf(rows, history.limit),
      };
}

function insertRun(db: ProjectDatabase, admission: RunAdmission, ids: string): Query<never> {
  const { request, config, scope, assumed = {} } = admission;
  return query(
    db,
    `INSERT INTO runs (project_id, end_user_id, id, tool_id, tool_name, version, thread_id,
       status, config, created_at_ms, tokens_reserved, message_id, metadata, asked_messages)
     SELECT ?1, ${OWNER}, ?3, ?5, ?6, ${IF_AS_ASSUMED}, ?8, 'queued', ?9, ?10,
       ${TOKENS_TO_HOLD}, ?12, ?13, ?18 * ${COUNTED_WITH_RUN}
     WHERE ${ALL_VISIBLE} ON CONFLICT (project_id, id) DO NOTHING`,
    ...bindScope(scope),
    request.runId,
    ids,
    request.toolId,
    request.toolName,
    request.version,
    request.threadIds?.[0] ?? null,
    JSON.stringify(config),
    request.createdAtMs,
    tokensToReserve(config, request.inputs.length),
    askedMessage(admission),
    RUNS.fields.metadata.write(request.metadata ?? null),
    assumed.tool === undefined ? null : JSON.stringify(assumed.tool),
    JSON.stringify(assumed.fileIds ?? []),
    assumed.knownThread ? 1 : 0,
    assumed.webhookSecret ? 1 : 0,
    admission.messages.length,
  );
}

/**
 * SQL of the version to run, or NULL, which fails the whole batch, where something is not as the run
 * was put together on. A run that is admitted already is not judged again.
 */
const IF_AS_ASSUMED = `iif(EXISTS (SELECT 1 FROM runs WHERE project_id = ?1 AND id = ?3) OR (
  (?14 IS NULL OR EXISTS (SELECT 1 FROM tools WHERE project_id = ?1 AND id = ?5 AND name = ?6
    AND latest_version = ?14 ->> 'latestVersion' AND live_version = ?14 ->> 'liveVersion'
    AND default_version = ?14 ->> 'defaultVersion'))
  AND NOT EXISTS (${selectUnknownFiles("?15")})
  AND (?16 = 0 OR EXISTS (SELECT 1 FROM threads t WHERE t.id = ?8 AND ${threadIsVisible("t")}))
  AND (?17 = 0 OR ${secretForRuns("?1")})), ?7, NULL)`;

/**
 * SQL of what the run holds of the project's quota of tokens: what it may need, or what is left, to which
 * its replies are lowered. Where nothing is left it holds one, which fails the whole batch.
 */
const TOKENS_TO_HOLD = `ifnull((
  SELECT iif(?11 > 0, max(1, min(?11, ${tokensLeft("?10")})), 0) FROM quotas q
  WHERE q.project_id = ?1 AND q.counter = 'tokens'), 0)`;

function hasTokenQuota(projectId: string): string {
  return `EXISTS (SELECT 1 FROM quotas WHERE project_id = ${projectId} AND counter = 'tokens')`;
}

function isStale(error: unknown): boolean {
  return (
    error instanceof Error && error.message.includes("NOT NULL constraint failed: runs.version")
  );
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
  /** JSON of the run's threads that are in reach, as `ThreadSeen`. */
  threads: string;
  is_ended: number;
  last_message: number | null;
  has_quota: number;
}

function stateOf(row: AdmittedRow | undefined) {
  return {
    isOpen: row?.is_ended !== 1,
    lastMessage: row?.last_message ?? 0,
    hasTokenQuota: row?.has_quota !== 0,
  };
}

/** One statement: what a batch costs is its statements. */
function selectAdmitted(
  db: ProjectDatabase,
  { request: { runId, threadIds }, scope }: RunAdmission,
  ids: string,
): Query<AdmittedRow> {
  return query(
    db,
    `SELECT
       (SELECT json_group_array(json_object('id', t.id, 'metadata', t.metadata))
          FROM json_each(?3) CROSS JOIN threads t ON t.id = value
          WHERE ${threadIsVisible("t")}) AS threads,
       EXISTS (SELECT 1 FROM runs WHERE project_id = ?1 AND id = ?4 AND ended_at_ms IS NOT NULL)
         AS is_ended,
       (SELECT last_n FROM threads WHERE project_id = ?1 AND id = ?5) AS last_message,
       ${hasTokenQuota("?1")} AS has_quota`,
    ...bindScope(scope),
    ids,
    runId,
    threadIds?.[0] ?? null,
  );
}

/** Takes back what `admitRun` wrote, the threads it may have made excepted. */
export async function withdrawRun(db: ProjectDatabase, admission: RunAdmission): Promise<void> {
  const { request, messages } = admission;
  await runBatch(db, {
    claim: admission.assumed?.claim === undefined ? null : dropClaim(db, request),
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
