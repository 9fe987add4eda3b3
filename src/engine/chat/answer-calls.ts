/** Carries out the calls of one reply: tools are run, the client is asked, nonsense is told back. */
import * as z from "zod";

import type { CallAnswerer } from "../../domain/run-event";
import { asSentence } from "../../domain/text";
import type { ActionContext, ToolRun } from "../actions/action";
import type { ModelMessage } from "../models/provider";
import { runCode } from "./code-runs";
import type { FileSearch } from "./file-search";
import type { CallableTool, ValidatedCall } from "./functions";
import type { UsageTotal } from "./usage-total";

/** Results in the order of the calls. Throws what lets the run wait for its client. */
export async function answerCalls(
  context: ActionContext,
  calls: readonly ValidatedCall[],
  total: UsageTotal,
  search: FileSearch,
): Promise<ModelMessage[]> {
  const results = new Map<string, string>();
  const answer = (by: CallAnswerer, callId: string, output: string, isError = false): void => {
    results.set(callId, output);
    context.emit(
      { type: "function-call-output", callId, output, isError, by },
      `function-call-output:${callId}:${context.attempt}`,
    );
  };
  const work = calls.map(async (validated) => {
    const { callId } = validated.call;
    if (!validated.ok) {
      answer("tool", callId, asSentence(`Error: ${validated.problem}`), true);
    } else if (validated.callable.answerer.by === "search") {
      results.set(callId, await search.answer(validated.call, validated.input));
    } else if (validated.callable.answerer.by === "code") {
      const { text, isError } = await runCode(context, validated.call, validated.input);
      answer("tool", callId, text, isError);
    } else if (validated.callable.answerer.by === "tool") {
      const run = await runAsFunction(context, validated.callable.answerer.tool, validated);
      total.add(run);
      answer("tool", callId, describeRun(run), run.error !== null);
    }
  });
  // All are seen to their end before one that failed ends the action.
  for (const outcome of await Promise.allSettled(work)) {
    if (outcome.status === "rejected") {
      throw outcome.reason;
    }
  }
  const clientCalls = calls.filter(({ call }) => !results.has(call.callId)).map(({ call }) => call);
  if (clientCalls.length > 0) {
    for (const [callId, output] of context.clientOutputs(clientCalls)) {
      answer("client", callId, output);
    }
  }
  return calls.map(({ call: { callId, name } }) => ({
    role: "function",
    callId,
    name,
    content: results.get(callId) ?? "",
  }));
}

/** The call's own id is made once and kept with its reply, so each attempt of the run has the same key. */
function runAsFunction(
  context: ActionContext,
  tool: CallableTool,
  { call, input }: Extract<ValidatedCall, { ok: true }>,
): Promise<ToolRun> {
  return context.runTool({
    key: call.callId,
    toolId: tool.tool_id,
    version: tool.version ?? "default",
    inputs: [input],
    config: {},
  });
}

const Said = z.object({ content: z.string() });

/** What the model reads: the message's words, or the value as JSON. */
function describeRun({ error, results }: ToolRun): string {
  if (error !== null) {
    return `Error: ${error.message}`;
  }
  const value = results?.[0]?.[0]?.value;
  const said = Said.safeParse(value);
  if (said.success) {
    return said.data.content;
  }
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}
