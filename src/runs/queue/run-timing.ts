/** How a run was served, as far as the object knows, and its line in the log. */
import type { RunTiming } from "../../domain/runs/run-values";
import type { RunLine } from "../../observability/log-run";
import type { RunEnding } from "../../store/runs/run-records";
import type { RunMeter } from "../object/run-meter";
import type { RunTable } from "./object-run-table";
import { lastWaitOf, planOf } from "./planned-run";

interface Figures<Read extends keyof RunMeter> {
  table: RunTable;
  meter: Pick<RunMeter, Read>;
}

/** Once the run has waited for its client, its times are those until then. */
export function timingOf({ table, meter }: Figures<"firstTokenAt">, runId: string): RunTiming {
  const { createdAtMs } = planOf(table, runId).request;
  const { startedAtMs = null, restarts = 0 } = table.read(runId) ?? {};
  const since = (atMs: number | null) => (atMs === null ? null : Math.max(0, atMs - createdAtMs));
  const { queueMs, firstTokenMs } = lastWaitOf(table, runId).timing ?? {
    queueMs: since(startedAtMs),
    firstTokenMs: since(meter.firstTokenAt(runId)),
  };
  return { queueMs, firstTokenMs, attempts: startedAtMs === null ? 0 : restarts + 1 };
}

/** Of a run whose end is recorded and whose blobs are still there. Takes its figures off the meter. */
export function runLineOf({ table, meter }: Figures<"take">, ending: RunEnding): RunLine {
  const { request } = planOf(table, ending.runId);
  const { queueMs = null, firstTokenMs = null, attempts = 0 } = ending.timing ?? {};
  return {
    projectId: request.projectId,
    runId: ending.runId,
    toolId: request.toolId,
    version: request.version,
    status: ending.status,
    error: ending.error?.code ?? null,
    queueMs,
    firstTokenMs,
    ms: Math.max(0, ending.endedAtMs - request.createdAtMs),
    inputTokens: ending.usage.inputTokens,
    outputTokens: ending.usage.outputTokens,
    attempts,
    ...meter.take(ending.runId),
  };
}
