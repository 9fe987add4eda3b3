/** A run as anyone may read it, out of what the object knows. */
import type { PendingCall, Run } from "../../domain/run";
import { boundSteps } from "../../domain/runs/run-steps";
import { RUN, STEPS } from "../../limits";
import type { RunEnding } from "../../store/runs/run-records";
import type { Journal } from "../events/journal";
import type { PlannedRun } from "../object/run-blobs";
import type { RunMeter } from "../object/run-meter";
import type { RunTable } from "./object-run-table";
import { tracesOf } from "./partial-text";
import { lastWaitOf, planOf } from "./planned-run";
import { timingOf } from "./run-timing";

export interface OpenRunSources {
  table: RunTable;
  journal: Journal;
  meter: Pick<RunMeter, "firstTokenAt">;
}

/** A run that has not ended; null for any other. */
export function describeOpen(parts: OpenRunSources, runId: string): Run | null {
  const { table, journal } = parts;
  const row = table.read(runId);
  if (row === null || row.phase === "ended") {
    return null;
  }
  const isShort = journal.chars(runId) <= RUN.liveTracesMaxChars;
  return {
    ...described(planOf(table, runId)),
    status: row.status,
    error: null,
    incomplete: null,
    startedAtMs: row.startedAtMs,
    endedAtMs: null,
    expiresAtMs: row.deadlineAtMs,
    traces: isShort ? tracesOf(journal.events(runId, ["action-end"])) : [],
    results: null,
    usage: lastWaitOf(table, runId).usage,
    pendingCalls: row.status === "requires_action" ? openCalls(table, runId) : [],
    steps: isShort ? boundSteps(journal.steps(runId), STEPS) : [],
    timing: timingOf(parts, runId),
  };
}

export function describeEnded(plan: PlannedRun, ending: RunEnding): Run {
  const { status, error, startedAtMs, endedAtMs, traces, results, usage, pendingCalls } = ending;
  return {
    ...described(plan),
    status,
    error,
    incomplete: ending.incomplete ?? null,
    startedAtMs,
    endedAtMs,
    traces,
    results,
    usage,
    pendingCalls,
    steps: ending.steps ?? [],
    timing: ending.timing ?? null,
  };
}

/** The calls that the run waits for and that have no output yet. */
export function openCalls(table: RunTable, runId: string): PendingCall[] {
  const outputs = table.submittedOutputs(runId);
  return lastWaitOf(table, runId).calls.filter(({ callId }) => !outputs.has(callId));
}

function described({ request, config }: PlannedRun) {
  return {
    id: request.runId,
    projectId: request.projectId,
    toolId: request.toolId,
    toolName: request.toolName,
    version: request.version,
    threadId: request.threadIds?.[0] ?? null,
    createdAtMs: request.createdAtMs,
    metadata: request.metadata ?? null,
    endUserId: request.endUserId,
    config,
  };
}
