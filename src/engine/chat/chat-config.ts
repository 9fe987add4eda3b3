/** The config of `chat`: what a run may change of the conversation itself, without its spec. */
import * as z from "zod";

import { ACTION, CONVERSATION, KNOWLEDGE, MODEL } from "../../limits";
import { DeclaredFunction } from "./functions";
import { ModelConfig } from "./model-config";

const Instruction = z.string().max(CONVERSATION.instructionMaxChars);
const Functions = z.array(DeclaredFunction).max(MODEL.maxFunctions);
const ModelName = z.strictObject({
  name: z.string().min(1),
  stands_for: z.string().min(1).describe("`<provider_id>/<model_id>`"),
});
const RunWideTokens = z.int().min(1).nullable().default(null);

export const ChatConfig = z.strictObject({
  ...ModelConfig.shape,
  model_name: ModelName.nullable()
    .default(null)
    .describe("What whoever chose the model calls it: for show, of that model alone."),
  instruction: Instruction.nullable()
    .default(null)
    .describe("Goes before the spec's `instruction`, and is no template."),
  add_instruction: Instruction.nullable()
    .default(null)
    .describe("Put behind the instruction, whichever holds."),
  functions: Functions.nullable().default(null).describe("Go before the spec's `functions`."),
  add_functions: Functions.default([]).describe("Functions besides, whichever hold."),
  history: z
    .strictObject({
      limit: z
        .int()
        .min(1)
        .max(ACTION.threadMaxMessages)
        .default(ACTION.threadMaxMessages)
        .describe("Messages that are read at most."),
      last: z.int().min(1).nullable().default(null).describe("Of these the newest only."),
    })
    .nullable()
    .default(null)
    .describe("The run's thread is the conversation, before the spec's `messages`."),
  knowledge: z
    .array(z.string().min(1))
    .max(KNOWLEDGE.maxSearched)
    .nullable()
    .default(null)
    .describe(
      "The model may search these by `file_search`, and the thread's own; null: it may not search.",
    ),
  search: z
    .boolean()
    .nullable()
    .default(null)
    .describe("Whether the model may search; null: where `knowledge` is given."),
  code: z
    .enum(["offered", "declared"])
    .nullable()
    .default(null)
    .describe(
      "`offered`: the model may run JavaScript of its own by `code_interpreter`, in the sandbox of `code`. `declared`: it is said to have that, and is not offered it.",
    ),
  min_similarity: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe("Passages at least so alike in meaning to the query; needs knowledge with vectors."),
  top_k: z
    .int()
    .min(1)
    .max(ACTION.knowledgeMaxHits)
    .default(CONVERSATION.searchHits)
    .describe("Passages that one search gives at most."),
  per_reply_messages: z
    .boolean()
    .default(false)
    .describe(
      "Each reply with text is a message of its own on the thread as soon as it has ended; the run then writes none at its end.",
    ),
  max_prompt_tokens: RunWideTokens.describe(
    "That all replies of the action may read; the history is cut to it.",
  ),
  max_completion_tokens: RunWideTokens.describe("That all replies of the action may write."),
});
export type ChatConfig = z.output<typeof ChatConfig>;
