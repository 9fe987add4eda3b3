/** Runs as this dialect shows them. */
import * as z from "zod";

import type { Run, RunStatus } from "../../../domain/run";
import { toSeconds, toSecondsOrNull } from "../../shared/reply/seconds";
import { MetadataField } from "../../shared/request/fields";
import { isCodeUnoffered, shownSettings } from "../assistants/shown-settings";
import { ToolsWire } from "../assistants/tool-fields";
import { NOT_OFFERED } from "../code-interpreter";
import { Seconds, listOf } from "../fields";
import { toWireId } from "../ids";
import { expiryOf } from "./run-expiry";
import { RunErrorWire, UsageWire, presentError, presentUsage } from "./step-wire";

export const RUN_STATUSES = [
  "queued",
  "in_progress",
  "requires_action",
  "cancelling",
  "cancelled",
  "failed",
  "completed",
  "incomplete",
  "expired",
] as const;
export type WireStatus = (typeof RUN_STATUSES)[number];

const CallWire = z.strictObject({
  id: z.string(),
  type: z.literal("function"),
  function: z.strictObject({
    name: z.string(),
    arguments: z.string().describe("JSON text, as the model wrote it."),
  }),
});

export const RunWire = z
  .strictObject({
    id: z.string(),
    object: z.literal("thread.run"),
    created_at: Seconds,
    thread_id: z.string(),
    assistant_id: z.string(),
    status: z.enum(RUN_STATUSES),
    started_at: Seconds.nullable(),
    expires_at: Seconds.nullable(),
    cancelled_at: Seconds.nullable(),
    failed_at: Seconds.nullable(),
    completed_at: Seconds.nullable(),
    required_action: z
      .strictObject({
        type: z.literal("submit_tool_outputs"),
        submit_tool_outputs: z.strictObject({ tool_calls: z.array(CallWire) }),
      })
      .nullable(),
    last_error: RunErrorWire.nullable(),
    incomplete_details: z.strictObject({ reason: z.string() }).nullable(),
    model: z.string(),
    instructions: z.string(),
    tools: ToolsWire,
    metadata: MetadataField,
    usage: UsageWire.nullable().describe("Null until the run has ended."),
    temperature: z.number().nullable(),
    top_p: z.number().nullable(),
    max_prompt_tokens: z.int().nullable(),
    max_completion_tokens: z.int().nullable(),
    truncation_strategy: z.strictObject({
      type: z.enum(["auto", "last_messages"]),
      last_messages: z.int().nullable(),
    }),
    tool_choice: z.unknown(),
    parallel_tool_calls: z.boolean(),
    response_format: z.unknown(),
    version: z.int().describe("Bobbin's: the assistant's version that it began with."),
  })
  .meta({ id: "AssistantsRun" });
type RunWire = z.output<typeof RunWire>;

export const RunListWire = listOf(RunWire);

/** A run in a list: without what it has told. */
export type ShownRun = Pick<
  Run,
  | "id"
  | "threadId"
  | "toolId"
  | "version"
  | "status"
  | "error"
  | "createdAtMs"
  | "startedAtMs"
  | "endedAtMs"
  | "expiresAtMs"
  | "config"
  | "usage"
  | "pendingCalls"
  | "metadata"
  | "incomplete"
>;

export function presentRun(run: ShownRun): RunWire {
  const status = wireStatus(run);
  const endedAt = toSecondsOrNull(run.endedAtMs);
  const at = (...of: WireStatus[]) => (of.includes(status) ? endedAt : null);
  return {
    id: toWireId("run", run.id),
    object: "thread.run",
    created_at: toSeconds(run.createdAtMs),
    thread_id: toWireId("thread", run.threadId ?? ""),
    assistant_id: toWireId("assistant", run.toolId),
    status,
    started_at: toSecondsOrNull(run.startedAtMs),
    expires_at: toSecondsOrNull(expiryOf(run)),
    cancelled_at: at("cancelled"),
    failed_at: at("failed"),
    completed_at: at("completed", "incomplete"),
    required_action: requiredActionOf(run),
    last_error: run.status === "failed" && run.error !== null ? presentError(run.error) : null,
    incomplete_details: run.incomplete === null ? null : { reason: run.incomplete },
    ...shownSettings(run.config),
    metadata: { ...run.metadata, ...(isCodeUnoffered(run.config) ? NOT_OFFERED : {}) },
    usage: run.endedAtMs === null ? null : presentUsage(run.usage),
    version: run.version,
  };
}

export function wireStatus({ status, incomplete }: Pick<Run, "status" | "incomplete">): WireStatus {
  return status === "succeeded" && incomplete !== null ? "incomplete" : STATUSES[status];
}

const STATUSES: Record<RunStatus, WireStatus> = {
  queued: "queued",
  running: "in_progress",
  requires_action: "requires_action",
  cancelling: "cancelling",
  succeeded: "completed",
  failed: "failed",
  cancelled: "cancelled",
  expired: "expired",
};

function requiredActionOf({ status, pendingCalls }: ShownRun): RunWire["required_action"] {
  if (status !== "requires_action") {
    return null;
  }
  const calls = pendingCalls.map(({ callId: id, name, arguments: given }) => ({
    id,
    type: "function" as const,
    function: { name, arguments: given },
  }));
  return { type: "submit_tool_outputs", submit_tool_outputs: { tool_calls: calls } };
}
