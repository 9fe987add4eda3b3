/** The steps of a run: what its models said, called and were given, reply by reply. */
import { Hono } from "hono";
import * as z from "zod";

import { readRun } from "../../core/runs";
import { type RunStep, STEP_STATUSES } from "../../domain/runs/run-steps";
import { STEPS } from "../../limits";
import type { AppEnv } from "../shared/app-env";
import { coreContext } from "../shared/core-context";
import { operation, reply } from "../shared/operation";
import { unwrap } from "../shared/reply/fail";
import { ownProject } from "../shared/request/own-project";
import { UsageWire, presentUsage } from "./execution-wire";

const CallWire = z.strictObject({
  call_id: z.string(),
  name: z.string(),
  arguments: z.string().describe("JSON text, as the model wrote it."),
  answered_by: z.enum(["client", "tool"]),
  output: z.string().nullable().describe("Null where there is none yet, or never was."),
  is_error: z.boolean(),
});

const SearchWire = z.strictObject({
  call_id: z.string(),
  query: z.string(),
  results: z
    .array(
      z.strictObject({
        document_id: z.string(),
        file_id: z.string().nullable(),
        title: z.string(),
        content: z.string(),
        score: z.number(),
        offset: z.int(),
        pages: z.array(z.int()).optional(),
      }),
    )
    .nullable(),
});

const StepWire = z
  .strictObject({
    n: z.int().describe("From 1, in the order in which steps begin."),
    type: z.enum(["message", "calls", "search"]),
    status: z.enum(STEP_STATUSES),
    block_name: z.string(),
    input_index: z.int(),
    map: z.strictObject({ name: z.string(), iteration: z.int() }).nullable(),
    reply: z.int().describe("Which reply of the block's model it belongs to, from 1."),
    started: z.int().describe("Unix milliseconds."),
    ended: z.int().nullable(),
    message_id: z.string().nullable().describe("The message that holds the text."),
    text: z.string().optional().describe("Of `message`."),
    reasoning: z.string().optional().describe("What the model thought, where that is shown."),
    calls: z.array(CallWire).optional().describe("Of `calls`."),
    searches: z.array(SearchWire).optional().describe("Of `calls` and `search`."),
    usage: UsageWire.nullable().describe("Of the reply; of its two steps the last one has it."),
    error: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
  })
  .meta({ id: "RunStep", description: "A reply's text, or its calls with what they gave." });

const StepListReply = z.strictObject({ steps: z.array(StepWire) });

export const runSteps = new Hono<AppEnv>().get(
  "/p/:project_id/a/:tool_id/r/:run_id/steps",
  operation({
    id: "listRunSteps",
    tag: "Runs",
    summary: "List a run's steps: replies of models, their calls and what these gave",
    description: `Of \`chat\` and \`model\` blocks, while the run is at work and afterwards; the first ${STEPS.max}. An attempt that was cut off leaves its step as \`failed\`. Tools inside tools have none.`,
    access: "read",
    verb: "runs:read",
    reply: StepListReply,
  }),
  async (c) => {
    ownProject(c);
    const { tool_id: toolId, run_id: runId } = c.req.param();
    const run = unwrap(await readRun(c.var.caller, coreContext(c), { toolId, runId }));
    return reply(c, { steps: run.steps.map(presentStep) });
  },
);

function presentStep(step: RunStep): z.output<typeof StepWire> {
  const { n, type, status, place, reasoning, usage } = step;
  return {
    n,
    type,
    status,
    block_name: place.name,
    input_index: place.row,
    map: place.map,
    reply: step.reply,
    started: step.startedAtMs,
    ended: step.endedAtMs,
    message_id: step.type === "message" ? step.messageId : null,
    ...(step.type === "message" ? { text: step.text } : presentCalls(step)),
    ...(reasoning === "" ? {} : { reasoning }),
    usage: usage && presentUsage(usage),
    error: step.error,
  };
}

function presentCalls({ calls, searches }: Exclude<RunStep, { type: "message" }>) {
  return {
    calls: calls.map((call) => ({
      call_id: call.callId,
      name: call.name,
      arguments: call.arguments,
      answered_by: call.by,
      output: call.output,
      is_error: call.isError,
    })),
    searches: searches.map(({ callId, query, passages }) => ({
      call_id: callId,
      query,
      results:
        passages?.map(({ documentId, fileId, title, text, score, offset, pages }) => ({
          document_id: documentId,
          file_id: fileId,
          title,
          content: text,
          score,
          offset,
          ...(pages && { pages }),
        })) ?? null,
    })),
  };
}
