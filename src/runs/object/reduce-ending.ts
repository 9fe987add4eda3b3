/** What is recorded of a run whose end the store does not take whole: less, and an error that says so. */
import type { FinalRunStatus, RunError } from "../../domain/run";
import type { RunEnding } from "../../store/runs/run-records";

const NOT_KEPT = "outcome_not_kept";

interface Dropped {
  outcome: boolean;
  messages: boolean;
}

/** Ever less of the end, for one try each; the last one holds nothing that a store could refuse. */
export function reducedEnds(ending: RunEnding): RunEnding[] {
  const hasOutcome =
    ending.traces.length > 0 || ending.results !== null || (ending.steps ?? []).length > 0;
  const hasMessages = ending.messages.length > 0 || ending.withdrawnMessages.length > 0;
  const tries: Dropped[] = [
    ...(hasOutcome ? [{ outcome: true, messages: false }] : []),
    ...(hasOutcome && hasMessages ? [{ outcome: false, messages: true }] : []),
    { outcome: true, messages: true },
  ];
  return tries.map((dropped) => reduced(ending, dropped));
}

/** The least that can be said of the run's end. */
export function leastEnding(ending: RunEnding): RunEnding {
  return reduced(ending, { outcome: true, messages: true });
}

function reduced(ending: RunEnding, dropped: Dropped): RunEnding {
  // A run whose results are lost has not succeeded for whoever waits for them.
  const status = ending.status === "succeeded" ? "failed" : ending.status;
  return {
    ...ending,
    ...(dropped.outcome ? { traces: [], results: null, steps: [] } : {}),
    ...(dropped.messages ? { messages: [], withdrawnMessages: [] } : {}),
    status,
    error: errorOf(ending, dropped),
  };
}

const STATUS_MESSAGES: Record<FinalRunStatus, string> = {
  succeeded: "The run came to its answer",
  failed: "The run failed",
  cancelled: "The run was cancelled",
  expired: "The run passed its deadline",
};

function errorOf(ending: RunEnding, { outcome, messages }: Dropped): RunError {
  const lost = [
    ...(outcome ? ["its results and traces"] : []),
    ...(messages ? ["what it wrote to its thread"] : []),
  ].join(" and ");
  const cause =
    ending.error === null || ending.error.code === NOT_KEPT
      ? ""
      : ` (${ending.error.code}: ${ending.error.message})`;
  return {
    code: NOT_KEPT,
    message: `${STATUS_MESSAGES[ending.status]}${cause}; ${lost} could not be kept: too large, too deeply nested, or otherwise nothing that the store takes.`,
  };
}
