import type { ActionTrace, Cell } from "../../domain/run";
import type { IncompleteRun } from "../../domain/runs/run-values";
import { answerOf } from "../answer";
import type { EngineOutcome } from "../contract";
import { rowContext } from "./row-context";
import { runActions } from "./run-actions";
import type { RunExecution } from "./run-execution";
import { ActionFailed, AwaitingClient, Stopped } from "./signals";

/** Runs the tool on all rows until it ends, waits or is stopped. */
export async function executeTool(execution: RunExecution): Promise<EngineOutcome> {
  const { plan, traces } = execution;
  const rows = plan.inputs.map((_, row) => rowContext(row));
  const scope = {
    execution,
    widths: rows.map(() => 1),
    concurrency: execution.concurrency,
    passes: [],
  };
  try {
    await runActions(scope, plan.actions, rows);
  } catch (error) {
    return outcomeOf(error, execution);
  }
  const results = rows.map(({ result }) => resultCell(result));
  return {
    kind: "ended",
    status: "succeeded",
    error: null,
    traces,
    results: results.map((cell) => [cell]),
    usage: execution.usage,
    answers: results.map(({ value }) => (savesReplies(execution) ? null : answerOf(value))),
    incomplete: incompleteOf(traces),
  };
}

/** Whether chat actions save each reply as a message, so that the answer is not saved once more. */
function savesReplies({ config }: RunExecution): boolean {
  return Object.values(config).some((block) => block["per_reply_messages"] === true);
}

/** Why the run is incomplete: by the last action whose reply was cut short; null where none was. */
function incompleteOf(traces: readonly ActionTrace[]): IncompleteRun | null {
  const cells = traces.flatMap((trace) => trace.cells.flat());
  return cells.findLast(({ meta }) => meta.incomplete !== undefined)?.meta.incomplete ?? null;
}

function resultCell(result: Cell | null): Cell {
  if (result === null) {
    throw new Error("A definition without OUTPUT at its end was let through.");
  }
  return result;
}

function outcomeOf(error: unknown, { plan, traces, usage }: RunExecution): EngineOutcome {
  if (error instanceof Stopped) {
    return { kind: "stopped", traces, usage };
  }
  if (error instanceof AwaitingClient) {
    return { kind: "suspended", calls: error.calls, traces, usage };
  }
  if (error instanceof ActionFailed) {
    const { actionName, cell } = error;
    return {
      kind: "ended",
      status: "failed",
      error: {
        code: cell.errorCode ?? "internal_error",
        message: `${actionName}: ${cell.error}`,
      },
      traces,
      results: null,
      usage,
      answers: plan.inputs.map(() => null),
    };
  }
  throw error;
}
