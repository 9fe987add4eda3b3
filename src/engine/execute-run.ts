/** Runs a tool: the engine's one door for the coordinator. */
import { wordIssues } from "../domain/issues-of";
import { ACTION } from "../limits";
import { TokenAllowance } from "./chat/token-allowance";
import type { ExecuteRun } from "./contract";
import { executeTool } from "./interpreter/execute-tool";
import { OutputAllowance } from "./interpreter/output-allowance";
import { newExecution } from "./interpreter/run-execution";
import { RunLoad } from "./interpreter/run-load";
import { keepOutcome } from "./keep-outcome";
import { mergeConfig } from "./merge-config";

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
  const outcome = await executeTool(
    newExecution({
      plan,
      ports,
      signal,
      tokens: new TokenAllowance(ports.tokens),
      outputs: new OutputAllowance(),
      load: new RunLoad(),
      threads: new Map(),
      concurrency: ACTION.mapMaxIterations,
      config: merged.config,
      owner: { projectId: plan.projectId, toolId: plan.toolId, runId: plan.runId },
      caller: null,
      callers: [],
      execute: executeTool,
    }),
  );
  return outcome.kind === "ended" ? keepOutcome(outcome) : outcome;
};
