import type { Metadata } from "../../domain/metadata";
import type { ActionTrace, Cell, PendingCall, RunError, RunStatus, Usage } from "../../domain/run";
import type { RunStep } from "../../domain/runs/run-steps";
import type { IncompleteRun, RunTiming } from "../../domain/runs/run-values";
import type { RunConfig } from "../../domain/tool";
import { METADATA, OBJECT } from "../sql/shapes";
import { type RowOf, boolean, integer, json, nullable, table, text } from "../sql/table";

/** What is kept of a run beside its row: see `runs.outcome`. */
export interface RunOutcome {
  traces: ActionTrace[];
  results: Cell[][] | null;
  usage: Usage;
  pendingCalls: PendingCall[];
  /** Absent from outcomes of an earlier release. */
  steps?: RunStep[] | undefined;
  /** Absent from outcomes of an earlier release. */
  timing?: RunTiming | undefined;
}

/** What stays in the row of an outcome that is in R2: what lists show. */
export function headOf({
  usage,
  pendingCalls,
}: {
  usage?: unknown;
  pendingCalls?: unknown;
}): object {
  return { traces: [], results: null, usage, pendingCalls };
}

/** A row of `runs`, with its outcome where that fits. */
export const RUNS = table("runs", {
  id: text("id"),
  projectId: text("project_id"),
  endUserId: nullable(text("end_user_id")),
  toolId: text("tool_id"),
  toolName: text("tool_name"),
  version: integer("version"),
  threadId: nullable(text("thread_id")),
  status: text<RunStatus>("status"),
  error: nullable(json<RunError>("error", OBJECT)),
  config: json<RunConfig>("config", OBJECT),
  metadata: nullable(json<Metadata>("metadata", METADATA)),
  incomplete: nullable(text<IncompleteRun>("incomplete")),
  createdAtMs: integer("created_at_ms"),
  startedAtMs: nullable(integer("started_at_ms")),
  endedAtMs: nullable(integer("ended_at_ms")),
  outcome: nullable(json<RunOutcome>("outcome", OBJECT)),
  isOutcomeInR2: boolean("outcome_in_r2"),
});

export type RunRow = RowOf<typeof RUNS>;
