/** Runs a tool: the engine's one door for the coordinator. */
import { wordIssues } from "../domain/issues-of";
import type { NewMessage } from "../domain/message";
import type { ActionTrace, Cell, PendingCall, RunError, Usage } from "../domain/run";
import type { ActionDefinition, RunConfig } from "../domain/tool";
import { TokenAllowance } from "./chat/token-allowance";
import { executeTool } from "./interpreter/execute-tool";
import { newExecution } from "./interpreter/run-execution";
import { mergeConfig } from "./merge-config";
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

/**
 * Runs the tool, or goes on with it where the step log shows earlier attempts. Nothing that an action
 * does makes it throw; what a port throws comes through.
 */
export const executeRun: ExecuteRun = async (plan, ports, signal) => {
  const merged = mergeConfig(plan.actions, plan.config);
  if (!merged.ok) {
    return {
      kind: "ended",
      status: "failed",
      error: { code: "invalid_config", message: wordIssues(merged.issues) },
      traces: [],
      results: null,
      usage: { inputTokens: 0, outputTokens: 0 },
      answers: plan.inputs.map(() => null),
    };
  }
  return executeTool(
    newExecution({
      plan,
      ports,
      signal,
      tokens: new TokenAllowance(ports.tokens),
      config: merged.config,
      owner: { projectId: plan.projectId, toolId: plan.toolId, runId: plan.runId },
      caller: null,
      callers: [],
      execute: executeTool,
    }),
  );
};
