/** Quotas of projects and what they use: see the migration `data/0006_usage.sql`, which counts. */
import { type Failure, type Outcome, failed, success } from "../../domain/failure";
import {
  COUNTERS,
  type Counter,
  type Quotas,
  type ProjectUsage,
  periodOf,
} from "../../domain/usage/quota";
import { type DayRange, type UsageDay, dayOf, fillDays } from "../../domain/usage/usage-day";
import { SECOND_MS } from "../../limits/units";
import { query, runBatch } from "../sql/batch";
import type { ProjectDatabase } from "../sql/databases";
import {
  endedRunsOf,
  messagesOfRuns,
  readUsageDay,
  selectUsageDays,
  tokensOfMonth,
} from "./usage-days";

/** What the triggers raise. */
const RAISED = /\bquota (threads|messages|files|bytes|runs|tokens) (\d+)/;

/** The failure behind the exception of a batch that passed a quota; null for any other exception. */
export function quotaFailure(error: unknown, nowMs: number): Failure | null {
  const [, name, most] = (error instanceof Error && RAISED.exec(error.message)) || [];
  const counter = COUNTERS.find((candidate) => candidate === name);
  if (counter === undefined) {
    return null;
  }
  const { endsAtMs } = periodOf(counter, nowMs);
  const failure: Failure = { kind: "quota_exceeded", quota: counter, limit: Number(most) };
  return endsAtMs === null
    ? failure
    : { ...failure, retryAfterSeconds: Math.ceil((endsAtMs - nowMs) / SECOND_MS) };
}

/** Replaces all quotas of the project. */
export async function setQuotas(
  db: ProjectDatabase,
  projectId: string,
  quotas: Quotas,
): Promise<Outcome<Quotas>> {
  const { projects } = await runBatch(db, {
    replaced: query(db, "DELETE FROM quotas WHERE project_id = ?", projectId),
    // Without a quota of them, runs were not counted as they came.
    counted: query(
      db,
      `INSERT INTO usage_counters (project_id, counter, period, used)
       SELECT ?1, 'runs', d.day, d.runs FROM usage_days d
       WHERE d.project_id = ?1 AND d.day = ?2 AND ?3 ->> 'runs' IS NOT NULL
       ON CONFLICT DO UPDATE SET used = max(used, excluded.used)`,
      projectId,
      dayOf(Date.now()),
      JSON.stringify(quotas),
    ),
    set: query(
      db,
      `INSERT INTO quotas (project_id, counter, most)
       SELECT p.id, q.key, q.value FROM project_numbers p, json_each(?2) q
       WHERE p.id = ?1`,
      projectId,
      JSON.stringify(quotas),
    ),
    projects: query(db, "SELECT number FROM project_numbers WHERE id = ?", projectId),
  });
  return projects.length === 0
    ? failed({ kind: "not_found", entity: "project", id: projectId })
    : success(quotas);
}

interface UsageRow {
  counter: Counter;
  used: number;
  reserved: number;
}

/** What the project has and uses at that moment, and the days of the range, none left out. */
export async function readUsage(
  db: ProjectDatabase,
  projectId: string,
  { nowMs, range }: { nowMs: number; range: DayRange },
): Promise<{ usage: ProjectUsage; days: UsageDay[] }> {
  const periods = Object.fromEntries(
    COUNTERS.map((counter) => [counter, periodOf(counter, nowMs).name]),
  );
  const { rows, quotas, days } = await runBatch(db, {
    rows: query<UsageRow>(
      db,
      `SELECT p.key AS counter, ifnull(u.reserved, 0) AS reserved, CASE p.key
         WHEN 'tokens' THEN ifnull(u.used + u.settled, 0) + ${tokensOfMonth("?1", "p.value")}
         WHEN 'messages' THEN ifnull(u.used + u.settled, 0) + ${messagesOfRuns("?1")}
         WHEN 'runs' THEN max(ifnull(u.used, 0), ${endedRunsOf("?1", "p.value")})
         ELSE ifnull(u.used + u.settled, 0) END AS used
       FROM json_each(?2) p LEFT JOIN usage_counters u
         ON u.project_id = ?1 AND u.counter = p.key AND u.period = p.value`,
      projectId,
      JSON.stringify(periods),
    ),
    quotas: query<{ counter: Counter; most: number }>(
      db,
      "SELECT counter, most FROM quotas WHERE project_id = ?",
      projectId,
    ),
    days: selectUsageDays(db, projectId, range),
  });
  const usageOf = (counter: Counter) => {
    const row = rows.find((candidate) => candidate.counter === counter);
    return {
      used: row?.used ?? 0,
      reserved: row?.reserved ?? 0,
      quota: quotas.find((candidate) => candidate.counter === counter)?.most ?? null,
      resetsAtMs: periodOf(counter, nowMs).endsAtMs,
    };
  };
  const usage = {
    threads: usageOf("threads"),
    messages: usageOf("messages"),
    files: usageOf("files"),
    bytes: usageOf("bytes"),
    runs: usageOf("runs"),
    tokens: usageOf("tokens"),
  };
  return { usage, days: fillDays(range, days.map(readUsageDay)) };
}
