/** The engine's input and output for one run, which its callers, the interpreter and the actions share. */
import type { NewMessage } from "../domain/message";
import type { ActionTrace, Cell, PendingCall, RunError, Usage } from "../domain/run";
import type { IncompleteRun } from "../domain/runs/run-values";
import type { ActionDefinition, RunConfig } from "../domain/tool";
import type { RunPorts } from "./ports";

/** All that a run is to do. */
export interface RunPlan {
  runId: string;
  projectId: string;
  toolId: string;
  actions: readonly ActionDefinition[];
  config: RunConfig;
  inputs: readonly Record<string, unknown>[];
  /** The thread of each row; null: the run has no thread. */
  threadIds: readonly string[] | null;
  stream: boolean;
  /** How many `tool` actions this run stands inside. */
  depth: number;
}

/**
 * The assistant's answer of one row, which is saved to the row's thread; a row whose OUTPUT is no message has
 * none.
 */
export type Answer = Pick<NewMessage, "role" | "content" | "fileIds" | "metadata" | "parts">;

/** How an execution came out: ended, or waiting for the client. */
export type EngineOutcome =
  | {
      kind: "ended";
      status: "succeeded" | "failed";
      error: RunError | null;
      traces: ActionTrace[];
      results: Cell[][] | null;
      usage: Usage;
      answers: (Answer | null)[];
      incomplete?: IncompleteRun | null;
    }
  /**
   * Some calls wait for the client. Once their outputs are submitted, the run is executed again with its step
   * log.
   */
  | { kind: "suspended"; calls: PendingCall[]; traces: ActionTrace[]; usage: Usage }
  /** The signal was aborted; events that were told until then are in the journal. */
  | { kind: "stopped"; traces: ActionTrace[]; usage: Usage };

/** Executes the plan from its step log on; rejects with the signal's reason where it is aborted. */
export type ExecuteRun = (
  plan: RunPlan,
  ports: RunPorts,
  signal: AbortSignal,
) => Promise<EngineOutcome>;
