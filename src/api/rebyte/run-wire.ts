/** Runs as this dialect reads and writes them. */
import * as z from "zod";

import { THREAD_ID_MAX_CHARS } from "../../domain/ids";
import { alsoKnown } from "../../domain/issues-of";
import { anyObject, recordOf } from "../../domain/list-of";
import { type ActionTrace, CONFLICT_RULES, type Run, type RunStatus } from "../../domain/run";
import { ACTION, RUN, TOOL, WAIT } from "../../limits";
import { SECOND_MS } from "../../limits/units";
import { MetadataField, pageFields, queryInteger } from "../shared/request/fields";
import {
  CellsWire,
  TimingWire,
  UsageWire,
  presentCells,
  presentTiming,
  presentUsage,
} from "./execution-wire";

export const StartRunBody = z
  .strictObject(
    {
      version: z
        .union([z.int().min(1), z.enum(["latest", "live"])])
        .optional()
        .describe(
          "A version's number, `latest` or `live`. Without it the run takes what the tool's `default_version` says: `latest`, unless it was set.",
        ),
      config: recordOf(z.string(), anyObject())
        .default({})
        .describe(
          "Merged over the default config of the actions that it names, for this run alone.",
        ),
      inputs: z
        .array(anyObject())
        .max(RUN.maxRows)
        .default([])
        .describe("One element a row; rows run in parallel. None is one row with `{}`."),
      thread_id: z
        .string()
        .min(1)
        .max(THREAD_ID_MAX_CHARS)
        .optional()
        .describe(
          "One that is not known yet makes that thread; for a session token it must be there.",
        ),
      blocking: z
        .boolean()
        .default(true)
        .describe(
          `Wait for the run's end: ${WAIT.maxMs / SECOND_MS} seconds at most, or as \`Prefer: wait=N\` says.`,
        ),
      stream: z.boolean().default(false).describe("Wins over `blocking`."),
      contentOnly: z
        .boolean()
        .default(false)
        .describe("The answer's text alone, as text/plain. Ignored with `blocking: false`."),
      block_filter: z
        .array(z.string())
        .max(TOOL.maxActions)
        .optional()
        .describe("Only these actions in `traces` and `status.blocks`."),
      on_conflict: z
        .enum(CONFLICT_RULES)
        .default("queue")
        .describe(
          "Where a run is at work on the thread: wait for it, be refused (409), stop it and keep its text, or stop it and take back what it wrote.",
        ),
      deadline_seconds: z
        .int()
        .min(1)
        .max(RUN.maxDeadlineMs / SECOND_MS)
        .default(RUN.defaultDeadlineMs / SECOND_MS)
        .describe("From its start; then it ends, with the text it had told."),
      metadata: MetadataField.optional().describe("Your own words about the run."),
      wait_seconds: z
        .int()
        .min(1)
        .max(RUN.waitDeadlineMs / SECOND_MS)
        .optional()
        .describe(
          `How long it waits for outputs each time it requires action; ${RUN.waitDeadlineMs / SECOND_MS} by default.`,
        ),
      webhook_url: z
        .string()
        .min(1)
        .max(ACTION.urlMaxChars)
        .optional()
        .describe(
          "Posted to when the run ends or requires action, signed by the project's webhooks without a `url`. For keys alone.",
        ),
    },
    { error: alsoKnown("inputs[0].messages") },
  )
  .meta({
    id: "StartRun",
    example: { inputs: [{ messages: [{ role: "user", content: "What does Bobbin keep?" }] }] },
  });

export const WIRE_STATUSES = ["running", "requires_action", "succeeded", "errored"] as const;
type WireStatus = (typeof WIRE_STATUSES)[number];

/** The query of a list of runs. */
export const ListRunsQuery = z.strictObject({
  ...pageFields(),
  status: z.enum(WIRE_STATUSES).optional(),
  thread_id: z.string().optional(),
});

export const StreamRunQuery = z.strictObject({
  after: queryInteger({ min: 0, max: 999_999_999 })
    .default(0)
    .describe("The last event seen; `Last-Event-ID` goes before it."),
});

export const UpdateRunBody = z.strictObject({
  metadata: MetadataField.describe("Replaces the whole of it."),
});

export const SubmitBody = z.strictObject({
  outputs: z
    .array(
      z.strictObject({
        call_id: z.string().meta({ example: "call_1" }),
        output: z.string().meta({ example: "12 °C and rain" }),
      }),
    )
    .min(1)
    .max(RUN.maxCells)
    .describe("All that the run waits for, or some."),
});

export const BlockStatusWire = z.strictObject({
  block_type: z.string(),
  name: z.string(),
  status: z.enum(["running", "succeeded", "errored"]),
  success_count: z.int(),
  error_count: z.int(),
});

export const CallWire = z.strictObject({
  call_id: z.string(),
  block_name: z.string().describe("Empty for a session token where the action is an inner one."),
  input_index: z.int(),
  name: z.string(),
  arguments: z.string().describe("JSON text, as the model wrote it."),
});

/** A run in a list: without inputs, outputs and traces. */
export const RunSummaryWire = z
  .strictObject({
    run_id: z.string(),
    created: z.int().describe("Unix milliseconds."),
    run_type: z.literal("deploy"),
    version: z.int(),
    thread_id: z.string().optional(),
    status: z.strictObject({ run: z.enum(WIRE_STATUSES) }),
    error: z.strictObject({ code: z.string(), message: z.string() }).optional(),
  })
  .meta({ id: "RunSummary" });

const EndUserField = z
  .string()
  .describe("Whose token started it. For keys; absent where a key did.");

export const RunWire = z
  .strictObject({
    ...RunSummaryWire.shape,
    config: z.strictObject({ blocks: z.record(z.string(), z.record(z.string(), z.unknown())) }),
    status: z.strictObject({
      run: z
        .enum(WIRE_STATUSES)
        .describe("A queued run reads `running`; a cancelled or expired one `errored`."),
      blocks: z.array(BlockStatusWire),
    }),
    traces: z.array(z.tuple([z.tuple([z.string(), z.string()]), CellsWire])),
    results: CellsWire.nullable().describe("Null unless succeeded."),
    usage: UsageWire.optional(),
    end_user_id: EndUserField.optional(),
    timing: TimingWire.optional().describe("For keys; not of runs of an earlier release."),
    metadata: MetadataField.optional(),
    incomplete: z
      .enum(["max_prompt_tokens", "max_completion_tokens", "content_filter"])
      .optional()
      .describe("Why a run that succeeded says less than it might."),
    required_action: z
      .strictObject({ calls: z.array(CallWire) })
      .optional()
      .describe("Function calls whose outputs the run waits for: see `submitOutputs`."),
  })
  .meta({ id: "Run" });

export const RunReply = z.strictObject({ run: RunWire });
export const StartedRunReply = z.strictObject({ run_id: z.string().optional(), run: RunWire });
export const RunListReply = z.strictObject({ runs: z.array(RunSummaryWire) });

/** @param blocks Names of the actions to show; absent, all. */
export function presentRun(run: Run, blocks?: readonly string[]): z.output<typeof RunWire> {
  const traces = run.traces.filter(({ name }) => blocks?.includes(name) !== false);
  const results = blocks === undefined ? run.results : (traces.at(-1)?.cells ?? null);
  const { inputTokens, outputTokens } = run.usage;
  return {
    ...presentSummary(run),
    config: { blocks: run.config },
    status: { run: toWireStatus(run.status), blocks: presentBlocks(traces) },
    traces: traces.map(({ type, name, cells }) => [[type, name], presentCells(cells)]),
    results: run.status === "succeeded" && results !== null ? presentCells(results) : null,
    ...(inputTokens + outputTokens === 0 ? {} : { usage: presentUsage(run.usage) }),
    ...presentEndUser(run),
    ...(run.timing === null ? {} : { timing: presentTiming(run, run.timing) }),
    ...(run.metadata === null ? {} : { metadata: run.metadata }),
    ...(run.incomplete === null ? {} : { incomplete: run.incomplete }),
    ...(run.pendingCalls.length === 0
      ? {}
      : { required_action: { calls: presentCalls(run.pendingCalls) } }),
  };
}

/** A run as lists show it. */
export function presentSummary(
  run: Pick<Run, "id" | "createdAtMs" | "version" | "threadId" | "status" | "error">,
): z.output<typeof RunSummaryWire> {
  return {
    run_id: run.id,
    created: run.createdAtMs,
    run_type: "deploy",
    version: run.version,
    ...(run.threadId === null ? {} : { thread_id: run.threadId }),
    status: { run: toWireStatus(run.status) },
    ...(run.error === null ? {} : { error: run.error }),
  };
}

/** Of a run as its caller is told it: no token is told whose it is. */
export function presentEndUser({ endUserId }: Pick<Run, "endUserId">): { end_user_id?: string } {
  return endUserId === null ? {} : { end_user_id: endUserId };
}

/** Calls that wait for the client, in the words of the wire. */
export function presentCalls(calls: Run["pendingCalls"]): z.output<typeof CallWire>[] {
  return calls.map((call) => ({
    call_id: call.callId,
    block_name: call.actionName,
    input_index: call.row,
    name: call.name,
    arguments: call.arguments,
  }));
}

/** One entry an action, all passes of a loop together. */
function presentBlocks(traces: readonly ActionTrace[]): z.output<typeof BlockStatusWire>[] {
  const passes = new Map<string, ActionTrace>();
  for (const { type, name, cells } of traces) {
    passes.set(name, { type, name, cells: [...(passes.get(name)?.cells ?? []), ...cells] });
  }
  return [...passes.values()].map(presentBlockStatus);
}

/** How an action stands after all its cells: those that it did not come past are not counted. */
export function presentBlockStatus({
  type,
  name,
  cells,
}: ActionTrace): z.output<typeof BlockStatusWire> {
  const counted = cells.flat().filter(({ meta }) => meta.skipped !== true);
  const errors = counted.filter(({ error }) => error !== null).length;
  return {
    block_type: type,
    name,
    status: errors > 0 ? "errored" : "succeeded",
    success_count: counted.length - errors,
    error_count: errors,
  };
}

export function toWireStatus(status: RunStatus): WireStatus {
  switch (status) {
    case "queued":
    case "running":
    case "cancelling":
      return "running";
    case "requires_action":
      return "requires_action";
    case "succeeded":
      return "succeeded";
    case "failed":
    case "cancelled":
    case "expired":
      return "errored";
  }
}

/** The states of a run that the wire has one word for. */
export function statusesOf(wire: WireStatus): RunStatus[] {
  switch (wire) {
    case "running":
      return ["queued", "running", "cancelling"];
    case "requires_action":
      return ["requires_action"];
    case "succeeded":
      return ["succeeded"];
    case "errored":
      return ["failed", "cancelled", "expired"];
  }
}
