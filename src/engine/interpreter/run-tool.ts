/**
 * A tool inside a tool: its run is a part of the calling action. Its steps stand in the same log
 * under the action's key; it tells no events, saves no messages and shares its caller's thread.
 */
import { ActionFailure } from "../../domain/action-failure";
import { wordIssues } from "../../domain/issues-of";
import type { VersionSelector } from "../../domain/tool";
import { tokensToReserve } from "../../domain/usage/quota";
import { RUN } from "../../limits";
import type { ToolCall, ToolRun } from "../actions/action";
import type { EngineOutcome } from "../contract";
import { mergeConfig } from "../merge-config";
import type { ToolReader } from "../ports";
import { toolNotFound } from "../tool-not-found";
import { threadIdOf } from "./env";
import { newExecution, type RunExecution } from "./run-execution";
import { sha256Hex } from "./sha-256";
import { AwaitingClient, Stopped } from "./signals";
import type { StepContext } from "./step-context";

type LoadedTool = NonNullable<Awaited<ReturnType<ToolReader["load"]>>>;

type RunStep = <T>(key: string, work: () => Promise<T>) => Promise<T>;

export async function runTool(
  context: StepContext,
  call: ToolCall,
  step: RunStep,
): Promise<ToolRun> {
  const tool = await loadTool(context.execution, call, step);
  // Iterations of a map wait for the same version, and go on together.
  await context.execution.load.takeStep();
  return context.execution.load.hold(async (concurrency) => {
    const execution = await innerLife(context, call, tool, concurrency);
    return presentInner(execution, tool, await execution.execute(execution));
  });
}

/** What the calling action is told; throws where the tool was stopped or waits for the client. */
function presentInner(execution: RunExecution, tool: LoadedTool, outcome: EngineOutcome): ToolRun {
  switch (outcome.kind) {
    case "stopped":
      throw new Stopped();
    case "suspended":
      throw new AwaitingClient(outcome.calls);
    case "ended":
      return {
        runId: execution.plan.runId,
        toolName: tool.name,
        status: outcome.status,
        error: outcome.error,
        results: outcome.results,
        usage: outcome.usage,
      };
  }
}

async function loadTool(
  { ports, plan, callers }: RunExecution,
  call: ToolCall,
  step: RunStep,
): Promise<LoadedTool> {
  if (plan.depth >= RUN.maxToolNesting) {
    throw new ActionFailure(
      "tool_nesting_too_deep",
      `Tools call each other at most ${RUN.maxToolNesting} deep; here: ${callers.join(" → ")}.`,
    );
  }
  const load = async (version: VersionSelector): Promise<LoadedTool> => {
    const tool = await ports.tools.load(call.toolId, version);
    if (tool === null) {
      throw toolNotFound(call.toolId, version);
    }
    return tool;
  };
  // A deploy in the middle of the run must not change what its next execution executes.
  const version = await step(`${call.key}/version`, async () => {
    const tool = await load(call.version);
    return tool.version.version;
  });
  return load(version);
}

async function innerLife(
  context: StepContext,
  call: ToolCall,
  tool: LoadedTool,
  concurrency: number,
): Promise<RunExecution> {
  const { execution, action, row, key } = context;
  const { actions } = tool.version;
  const merged = mergeConfig(actions, call.config);
  if (!merged.ok) {
    throw new ActionFailure("invalid_config", `${tool.name}: ${wordIssues(merged.issues)}`);
  }
  await execution.tokens.expect(tokensToReserve(merged.config, call.inputs.length));
  const { caller, plan } = execution;
  const stepPrefix = `${key}/${call.key}/`;
  const threadId = threadIdOf(execution, row.index);
  return newExecution({
    plan: {
      runId: await sha256Hex(`${plan.runId}/${stepPrefix}`),
      projectId: plan.projectId,
      toolId: call.toolId,
      actions,
      config: call.config,
      inputs: call.inputs,
      threadIds: threadId === null ? null : call.inputs.map(() => threadId),
      stream: false,
      depth: plan.depth + 1,
    },
    ports: execution.ports,
    signal: execution.signal,
    tokens: execution.tokens,
    outputs: execution.outputs,
    load: execution.load,
    threads: execution.threads,
    concurrency,
    config: merged.config,
    owner: execution.owner,
    caller: {
      stepPrefix,
      actionName: caller === null ? action.name : `${caller.actionName}/${action.name}`,
      row: caller === null ? row.index : caller.row,
    },
    callers: [...execution.callers, tool.name],
    execute: execution.execute,
  });
}
