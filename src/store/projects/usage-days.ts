/** Runs of a project counted by the day: one row a project and day, see `data/0006_usage.sql`. */
import type { FinalRunStatus, Usage } from "../../domain/run";
import { type TimeCounts, bucketOf } from "../../domain/usage/time-histogram";
import { type DayRange, dayOf } from "../../domain/usage/usage-day";
import { type MessageAddress, addressesOf } from "../runs/delete-messages";
import { type Query, query } from "../sql/batch";
import type { ProjectDatabase } from "../sql/databases";
import { OBJECT } from "../sql/shapes";
import { type RowOf, integer, json, real, table, text } from "../sql/table";

/** A run as it ends. */
interface EndedRun {
  projectId: string;
  runId: string;
  status: FinalRunStatus;
  usage: Usage;
  endedAtMs: number;
  /** Null where no model told anything, or it is not known when. */
  firstTokenMs: number | null;
  /** What the batch has written to its threads; one that was there before is counted already. */
  messages: readonly MessageAddress[];
}

/**
 * Counts the run under the day of its end, and the messages that came with it, if D1 has it as unfinished: it
 * stands in the batch that ends the run, before the statement that does, and so costs no round trip and counts
 * once.
 */
export function countEndedRun(db: ProjectDatabase, run: EndedRun): Query<never> {
  const { projectId, runId, status, usage, endedAtMs, firstTokenMs, messages } = run;
  const isError = status === "failed" || status === "expired";
  const bucket = firstTokenMs === null ? null : bucketOf(firstTokenMs);
  return query(
    db,
    `INSERT INTO usage_days (project_id, day, runs, errors, input_tokens, output_tokens,
       first_token_counts, messages, cost_usd)
     SELECT ?1, ?3, 1, ?4, ?5, ?6, iif(?7 IS NULL, '{}', json_object(?7, 1)),
       r.asked_messages + ${NEW_MESSAGES}, ?9
     FROM runs r WHERE r.project_id = ?1 AND r.id = ?2 AND r.ended_at_ms IS NULL
     ON CONFLICT (project_id, day) DO UPDATE SET runs = runs + 1, errors = errors + excluded.errors,
       input_tokens = input_tokens + excluded.input_tokens,
       output_tokens = output_tokens + excluded.output_tokens,
       messages = messages + excluded.messages, cost_usd = cost_usd + excluded.cost_usd,
       first_token_counts = iif(?7 IS NULL, first_token_counts, json_set(first_token_counts,
         '$."' || ?7 || '"', ifnull(first_token_counts ->> ('$."' || ?7 || '"'), 0) + 1))`,
    projectId,
    runId,
    dayOf(endedAtMs),
    isError ? 1 : 0,
    usage.inputTokens,
    usage.outputTokens,
    bucket === null ? null : String(bucket),
    addressesOf(messages),
    usage.costUsd ?? 0,
  );
}

/** SQL of how many of the messages of `?8` stand behind the last that their threads have told of. */
const NEW_MESSAGES = `(SELECT count(*) FROM json_each(?8) given
  CROSS JOIN threads t ON t.project_id = ?1 AND t.id = given.value ->> 'threadId'
  CROSS JOIN messages m ON m.project_id = ?1 AND m.thread_id = t.id AND m.id = given.value ->> 'id'
  WHERE m.n > t.last_n)`;

const USAGE_DAYS = table("usage_days", {
  day: text("day"),
  runs: integer("runs"),
  errors: integer("errors"),
  inputTokens: integer("input_tokens"),
  outputTokens: integer("output_tokens"),
  costUsd: real("cost_usd"),
  firstTokenCounts: json<TimeCounts>("first_token_counts", OBJECT),
});

/** The days of the range on which runs have ended, in order. */
export function selectUsageDays(
  db: ProjectDatabase,
  projectId: string,
  { from, to }: DayRange,
): Query<RowOf<typeof USAGE_DAYS>> {
  return query(
    db,
    `SELECT ${USAGE_DAYS.columns} FROM usage_days
     WHERE project_id = ? AND day BETWEEN ? AND ? ORDER BY day`,
    projectId,
    from,
    to,
  );
}

/** SQL of the runs that have ended on that day. */
export function endedRunsOf(projectId: string, day: string): string {
  return `ifnull((SELECT d.runs FROM usage_days d
    WHERE d.project_id = ${projectId} AND d.day = ${day}), 0)`;
}

/** SQL of the messages that came with runs which have ended, those that are deleted since included. */
export function messagesOfRuns(projectId: string): string {
  return `(SELECT ifnull(sum(d.messages), 0) FROM usage_days d WHERE d.project_id = ${projectId})`;
}

/**
 * SQL of the tokens that runs have used which ended in that month; the trigger that judges the quota says
 * the same (`data/0015_fewer_rows.sql`).
 */
export function tokensOfMonth(projectId: string, month: string): string {
  return `(SELECT ifnull(sum(d.input_tokens + d.output_tokens), 0) FROM usage_days d
    WHERE d.project_id = ${projectId} AND d.day BETWEEN ${month} || '-01' AND ${month} || '-31')`;
}

export const readUsageDay = USAGE_DAYS.read;
