import type { ActionTrace, Usage } from "../../domain/run";
import type { RunConfig } from "../../domain/tool";
import type { TokenAllowance } from "../chat/token-allowance";
import type { EngineOutcome, RunPlan } from "../contract";
import type { RunPorts, ThreadView } from "../ports";
import type { OutputAllowance } from "./output-allowance";
import type { RunLoad } from "./run-load";

/**
 * What the executions of one run share, from its start or its last crash on; memory alone, rebuilt
 * from the steps. A tool inside a tool has an execution of its own within that of its caller.
 */
export interface RunExecution extends NewExecution {
  /** In the order in which the actions ended. */
  readonly traces: ActionTrace[];
  /** Of the executions that have settled. */
  usage: Usage;
}

export interface NewExecution {
  readonly plan: RunPlan;
  readonly ports: RunPorts;
  readonly signal: AbortSignal;
  /** The run's, tools inside it included, as the next three. */
  readonly tokens: TokenAllowance;
  readonly outputs: OutputAllowance;
  readonly load: RunLoad;
  /** Those that `env` has shown. */
  readonly threads: Map<string, Promise<ThreadView | null>>;
  /** Rows that may be at work at the same time: of each row, inside another tool of all rows together. */
  readonly concurrency: number;
  /** The whole config of each action. */
  readonly config: RunConfig;
  /** The run that was asked for, by which its code waits its turn: also inside the tools that it calls. */
  readonly owner: { projectId: string; toolId: string; runId: string };
  /** The action that runs this tool; null for the run that was asked for. */
  readonly caller: Caller | null;
  /** Names of the tools that led here by calling each other, outermost first. */
  readonly callers: readonly string[];
  /** Runs an execution to its end: how an action runs the tool that it calls. */
  readonly execute: (execution: RunExecution) => Promise<EngineOutcome>;
}

interface Caller {
  /** Before every step key of the inner run. */
  stepPrefix: string;
  /** The calling actions' names, outermost first, joined by `/`. */
  actionName: string;
  /** Row of the run that was asked for. */
  row: number;
}

export function newExecution(given: NewExecution): RunExecution {
  return {
    ...given,
    traces: [],
    usage: { inputTokens: 0, outputTokens: 0 },
  };
}
