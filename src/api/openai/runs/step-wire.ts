/** Steps of a run as this dialect shows them. */
import * as z from "zod";

import { tryJson } from "../../../domain/json";
import type { Run } from "../../../domain/run";
import { FILE_SEARCH, RUN_CODE } from "../../../domain/run-event";
import type {
  CallsStep,
  RunStep,
  StepCall,
  StepSearch,
  StepStatus,
} from "../../../domain/runs/run-steps";
import type { RunError, Usage } from "../../../domain/runs/run-values";
import { toSeconds, toSecondsOrNull } from "../../shared/reply/seconds";
import { MetadataField } from "../../shared/request/fields";
import { Seconds, listOf } from "../fields";
import { toWireId } from "../ids";
import { scoreOf } from "../vector-stores/score";
import { type ExpiringRun, expiryOf } from "./run-expiry";

export const RunErrorWire = z.strictObject({
  code: z.enum(["server_error", "rate_limit_exceeded", "invalid_prompt"]),
  message: z.string(),
});
type RunErrorWire = z.output<typeof RunErrorWire>;

export const UsageWire = z.strictObject({
  prompt_tokens: z.int(),
  completion_tokens: z.int(),
  total_tokens: z.int(),
});

const FunctionCallWire = z.strictObject({
  id: z.string(),
  type: z.literal("function"),
  function: z.strictObject({
    name: z.string(),
    arguments: z.string().describe("JSON text, as the model wrote it."),
    output: z.string().nullable(),
  }),
});

const SearchCallWire = z.strictObject({
  id: z.string(),
  type: z.literal("file_search"),
  file_search: z.strictObject({
    ranking_options: z.strictObject({ ranker: z.string(), score_threshold: z.number() }).optional(),
    results: z
      .array(
        z.strictObject({
          file_id: z.string(),
          file_name: z.string(),
          score: z.number(),
          content: z
            .array(z.strictObject({ type: z.literal("text"), text: z.string() }))
            .optional()
            .describe("Where `include[]` asks for it."),
        }),
      )
      .optional(),
  }),
});
type SearchCallWire = z.output<typeof SearchCallWire>;

const CodeCallWire = z.strictObject({
  id: z.string(),
  type: z.literal("code_interpreter"),
  code_interpreter: z.strictObject({
    input: z.string().describe("JavaScript, as the model wrote it."),
    outputs: z.array(z.strictObject({ type: z.literal("logs"), logs: z.string() })),
  }),
});
type CodeCallWire = z.output<typeof CodeCallWire>;

export const StepWire = z
  .strictObject({
    id: z.string(),
    object: z.literal("thread.run.step"),
    created_at: Seconds,
    run_id: z.string(),
    assistant_id: z.string(),
    thread_id: z.string(),
    type: z.enum(["message_creation", "tool_calls"]),
    status: z.enum(["in_progress", "completed", "failed", "cancelled", "expired"]),
    cancelled_at: Seconds.nullable(),
    completed_at: Seconds.nullable(),
    expired_at: Seconds.nullable(),
    failed_at: Seconds.nullable(),
    expires_at: Seconds.nullable(),
    last_error: RunErrorWire.nullable(),
    step_details: z.discriminatedUnion("type", [
      z.strictObject({
        type: z.literal("message_creation"),
        message_creation: z.strictObject({ message_id: z.string() }),
      }),
      z.strictObject({
        type: z.literal("tool_calls"),
        tool_calls: z.array(
          z.discriminatedUnion("type", [FunctionCallWire, SearchCallWire, CodeCallWire]),
        ),
      }),
    ]),
    usage: UsageWire.nullable(),
    metadata: MetadataField,
  })
  .meta({ id: "AssistantsRunStep" });
export type StepWire = z.output<typeof StepWire>;

export const StepListWire = listOf(StepWire);

/** What of a run every step and message of it names, and until when it goes on. */
export type StepRun = Pick<Run, "id" | "toolId" | "threadId"> & ExpiringRun;

/** Whether results of searches show the passages themselves. */
export interface StepView {
  withContent: boolean;
}

/** The step's id, made of the run's and its number. */
export function stepId(runId: string, n: number): string {
  return toWireId("step", `${runId}_${n}`);
}

/** @param step Either a message's step or one of calls. */
export function presentStep(run: StepRun, step: RunStep, view: StepView): StepWire {
  const endedAt = step.endedAtMs === null ? null : toSeconds(step.endedAtMs);
  const { status } = step;
  const at = (of: StepStatus) => (status === of ? endedAt : null);
  return {
    id: stepId(run.id, step.n),
    object: "thread.run.step",
    created_at: toSeconds(step.startedAtMs),
    run_id: toWireId("run", run.id),
    assistant_id: toWireId("assistant", run.toolId),
    thread_id: toWireId("thread", run.threadId ?? ""),
    type: step.type === "message" ? "message_creation" : "tool_calls",
    status: status === "running" ? "in_progress" : status,
    cancelled_at: at("cancelled"),
    completed_at: at("completed"),
    expired_at: at("expired"),
    failed_at: at("failed"),
    expires_at: status === "running" ? toSecondsOrNull(expiryOf(run)) : null,
    last_error: step.error === null || status !== "failed" ? null : presentError(step.error),
    step_details:
      step.type === "message"
        ? {
            type: "message_creation",
            message_creation: { message_id: toWireId("message", step.messageId ?? "") },
          }
        : { type: "tool_calls", tool_calls: presentCalls(step, view) },
    usage: step.usage === null || status === "running" ? null : presentUsage(step.usage),
    metadata: {},
  };
}

function presentCalls({ calls, searches }: CallsStep, view: StepView) {
  return [
    ...calls.map((call) =>
      isSearch(call)
        ? presentSearch({ ...call, passages: null }, view)
        : isCode(call)
          ? presentCodeCall(call)
          : presentFunctionCall(call),
    ),
    ...searches.map((search) => presentSearch(search, view)),
  ];
}

function presentFunctionCall({ callId: id, name, arguments: given, output }: StepCall) {
  return { id, type: "function" as const, function: { name, arguments: given, output } };
}

/** Whether the call is the model's for a search of files, which the tool answers. */
export function isSearch({ name, by }: StepCall): boolean {
  return name === FILE_SEARCH && by === "tool";
}

/** Whether the call is the model's for running code, which the tool answers. */
export function isCode({ name, by }: StepCall): boolean {
  return name === RUN_CODE && by === "tool";
}

const CodeArguments = z.object({ code: z.string() });

/** The code of a call; the arguments as they are where they are not those of code. */
export function codeIn({ arguments: given }: Pick<StepCall, "arguments">): string {
  const read = CodeArguments.safeParse(tryJson(given));
  return read.success ? read.data.code : given;
}

function presentCodeCall(call: StepCall): CodeCallWire {
  const { callId: id, output } = call;
  const outputs = output ? [logsOf(output)] : [];
  return { id, type: "code_interpreter", code_interpreter: { input: codeIn(call), outputs } };
}

export function logsOf(output: string) {
  return { type: "logs" as const, logs: output };
}

/** The only ranking there is, in OpenAI's name for it. */
const RANKING = { ranker: "default_2024_08_21", score_threshold: 0 };

function presentSearch(
  { callId, passages }: Pick<StepSearch, "callId" | "passages">,
  { withContent }: StepView,
): SearchCallWire {
  if (passages === null) {
    return { id: callId, type: "file_search", file_search: {} };
  }
  const results = passages.map(({ fileId, documentId, title, score, similarity, text }) => ({
    file_id: toWireId("file", fileId ?? documentId),
    file_name: title,
    score: scoreOf({ score, similarity }),
    ...(withContent ? { content: [{ type: "text" as const, text }] } : {}),
  }));
  return { id: callId, type: "file_search", file_search: { ranking_options: RANKING, results } };
}

export function presentUsage({ inputTokens, outputTokens }: Usage): z.output<typeof UsageWire> {
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
  };
}

/** A provider's status, as the failure of a run words it. */
const ANSWERED = /\banswered (\d{3})\b/;

export function presentError({ code, message }: RunError): RunErrorWire {
  return { code: codeOf(code, message), message };
}

/** OpenAI's code for a failure: limits and quotas, requests that the provider refuses, and the rest. */
function codeOf(code: string, message: string): RunErrorWire["code"] {
  const status = code === "provider_error" ? ANSWERED.exec(message)?.[1] : undefined;
  if (status === "429" || code === "quota_exceeded") {
    return "rate_limit_exceeded";
  }
  const isRefused = status === "400" || status === "413" || status === "422";
  return isRefused || code === "invalid_image" ? "invalid_prompt" : "server_error";
}
