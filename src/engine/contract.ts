/** What a run asks of the engine and gets from it: for who runs tools, the interpreter and the actions. */
import type { NewMessage } from "../domain/message";
import type { ActionTrace, Cell, PendingCall, RunError, Usage } from "../domain/run";
import type { IncompleteRun } from "../domain/runs/run-values";
import type { ActionDefinition, RunConfig } from "../domain/tool";
import type { RunPorts } from "./ports";

export interface RunPlan {
  runId: string;
  projectId: string;
  toolId: string;
  actions: readonly ActionDefinition[];
  config: RunConfig;
  inputs: readonly Record<string, unknown>[];
  /** One a row, or null. */
  threadIds: readonly string[] | null;
  stream: boolean;
  /** How many `tool` actions this run stands inside. */
  depth: number;
}

/** The assistant's answer of one row, to be saved to the row's thread; null where OUTPUT is no message. */
export type Answer = Pick<NewMessage, "role" | "content" | "fileIds" | "metadata" | "parts">;

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
  /** Some calls wait for the client: run again, with the same step log, once they are submitted. */
  | { kind: "suspended"; calls: PendingCall[]; traces: ActionTrace[]; usage: Usage }
  /** The signal was aborted; what was told stands in the journal. */
  | { kind: "stopped"; traces: ActionTrace[]; usage: Usage };

export type ExecuteRun = (
  plan: RunPlan,
  ports: RunPorts,
  signal: AbortSignal,
) => Promise<EngineOutcome>;
