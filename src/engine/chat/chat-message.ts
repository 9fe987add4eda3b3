/**
 * A message of a conversation as a tool gives it to a model: one of a thread, one of OpenAI's form,
 * or what a chat action answered before. Fields that say nothing to a model are left out.
 */
import * as z from "zod";

import { listOf } from "../../domain/list-of";
import { MODEL } from "../../limits";
import { Part } from "../message-part";

const FunctionCall = z.object({ name: z.string().min(1), arguments: z.string().default("") });

const ContentPart = z.union([
  Part,
  z.object({
    type: z.literal("image_url"),
    image_url: z.object({ url: z.string(), detail: z.string().optional() }),
  }),
]);
export type ContentPart = z.output<typeof ContentPart>;

export const ChatMessage = z.object({
  role: z.enum(["system", "developer", "user", "assistant", "function", "tool"]),
  content: z.union([z.string(), listOf(ContentPart, MODEL.maxParts)]).nullish(),
  /** Of who speaks, or of the function that answers. */
  name: z.string().nullish(),
  parts: listOf(ContentPart, MODEL.maxParts).nullish(),
  function_call: FunctionCall.nullish(),
  tool_calls: listOf(
    z.object({ id: z.string(), function: FunctionCall }),
    MODEL.maxFunctions,
  ).nullish(),
  tool_call_id: z.string().nullish(),
});
export type ChatMessage = z.output<typeof ChatMessage>;
