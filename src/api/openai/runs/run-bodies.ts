/** What a request may say of a run. */
import * as z from "zod";

import { listOf as elementsOf } from "../../../domain/list-of";
import { CONFLICT_RULES } from "../../../domain/run";
import { FILE_SEARCH, RUN_CODE } from "../../../domain/run-event";
import { ACTION, MESSAGE, RUN } from "../../../limits";
import { SECOND_MS } from "../../../limits/units";
import { INSTRUCTIONS_MAX_CHARS, modelFields } from "../assistants/model-fields";
import { ToolsField } from "../assistants/tool-fields";
import { MetadataInput, listQuery, optional } from "../fields";
import { MessageBody } from "../message-wire";
import { parseBy } from "../string-or";
import { CreateThreadBody } from "../thread-wire";
import { ToolResourcesField } from "../tool-resources";
import { RUN_STATUSES } from "./run-wire";

/** Tokens that a run is given at least, as OpenAI has it. */
const MIN_MAX_TOKENS = 256;

const TruncationField = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("auto"), last_messages: z.null().optional() }),
  z.strictObject({
    type: z.literal("last_messages"),
    last_messages: z.int().min(1).max(ACTION.threadMaxMessages),
  }),
]);

const FunctionChoice = z.strictObject({
  type: z.literal("function"),
  function: z.strictObject({ name: z.string().min(1) }),
});

const SearchChoice = z.strictObject({ type: z.literal(FILE_SEARCH) });

const CodeChoice = z.strictObject({ type: z.literal(RUN_CODE) });

const NamedChoice = z.discriminatedUnion("type", [FunctionChoice, SearchChoice, CodeChoice]);

const ChoiceWord = z.enum(["none", "auto", "required"]);

const ToolChoiceField = z
  .unknown()
  .transform((given, context) => {
    if (typeof given === "string") {
      return parseBy(ChoiceWord, given, { context, read: (word) => word });
    }
    return parseBy(NamedChoice, given, {
      context,
      read: (named) => ({
        type: named.type,
        name: named.type === "function" ? named.function.name : named.type,
      }),
    });
  })
  .meta({
    document: z.union([ChoiceWord, FunctionChoice, SearchChoice, CodeChoice]),
    example: "auto",
  });

const MaxTokens = optional(z.int().min(MIN_MAX_TOKENS));

const runFields = {
  assistant_id: z.string().min(1).meta({ example: "asst_5f0c3e9a1b7d42868e90" }),
  model: optional(z.string().min(1)),
  ...modelFields,
  tools: optional(ToolsField),
  metadata: MetadataInput,
  max_prompt_tokens: MaxTokens,
  max_completion_tokens: MaxTokens,
  truncation_strategy: optional(TruncationField),
  tool_choice: optional(ToolChoiceField),
  parallel_tool_calls: optional(z.boolean()),
  stream: optional(z.boolean()),
  on_conflict: optional(z.enum(CONFLICT_RULES)).describe(
    "Bobbin's: what becomes of it where a run is at work on the thread; `X-Bobbin-On-Conflict` does as well.",
  ),
  deadline_seconds: optional(
    z
      .int()
      .min(1)
      .max(RUN.maxDeadlineMs / SECOND_MS),
  ).describe("Bobbin's: from its start; then it ends, with the text it had told."),
  wait_seconds: optional(
    z
      .int()
      .min(1)
      .max(RUN.waitDeadlineMs / SECOND_MS),
  ).describe("Bobbin's: how long it waits for outputs, ten minutes where it is not said."),
  webhook_url: optional(z.string().min(1).max(ACTION.urlMaxChars)).describe(
    "Bobbin's: posted to when the run ends or requires action. For keys alone.",
  ),
  version: optional(z.int().min(1)).describe("Bobbin's: a version of the assistant."),
};

export const CreateRunBody = z.strictObject({
  ...runFields,
  additional_instructions: optional(z.string().max(INSTRUCTIONS_MAX_CHARS)),
  additional_messages: optional(elementsOf(MessageBody, MESSAGE.maxPerCreate)),
});

export const CreateThreadAndRunBody = z.strictObject({
  ...runFields,
  thread: optional(CreateThreadBody),
  tool_resources: optional(ToolResourcesField),
});

export type RunFields = Omit<
  z.output<typeof CreateRunBody>,
  "additional_instructions" | "additional_messages"
>;

export const UpdateRunBody = z.strictObject({
  metadata: MetadataInput.describe("Replaces the whole of it; null takes it away."),
});

export const SubmitBody = z.strictObject({
  tool_outputs: z
    .array(
      z.strictObject({
        tool_call_id: z.string().meta({ example: "call_V1StGXR8" }),
        output: z.string().meta({ example: "12 °C and rain" }),
      }),
    )
    .min(1)
    .max(RUN.maxCells)
    .describe("All that the run waits for, or some."),
  stream: optional(z.boolean()),
});

/** The one thing that `include[]` may name. */
const SEARCH_CONTENT = "step_details.tool_calls[*].file_search.results[*].content";

const IncludeField = z.enum([SEARCH_CONTENT]);

/** `include[]=…`, once or more often. */
export const includeFields = {
  "include[]": z
    .preprocess((given) => [given].flat(), z.array(IncludeField).max(1))
    .meta({ document: z.union([IncludeField, z.array(IncludeField).max(1)]) })
    .optional()
    .describe("Passages of searches in steps."),
};

export const IncludeQuery = z.strictObject(includeFields);

export const ListStepsQuery = listQuery(includeFields);

export const ListRunsQuery = listQuery({});

export const ListAllRunsQuery = listQuery({
  assistant_id: z.string().optional().describe("Only runs of this assistant."),
  thread_id: z.string().optional().describe("Only runs on this thread."),
  status: z
    .enum(RUN_STATUSES)
    .optional()
    .describe(
      "`queued`, `in_progress` and `cancelling` are one: runs that are at work, each shown as it stands.",
    ),
});
