import * as z from "zod";

import { listOf } from "../domain/list-of";
import type { MessagePart } from "../domain/message";
import { ACTION, DOCUMENT } from "../limits";

/** A part of a message as a run reads it; fields that its type does not have are left out. */
export const Part: z.ZodType<MessagePart> = z.discriminatedUnion("type", [
  z.object({ type: z.literal("text"), text: z.string() }),
  z.object({ type: z.literal("refusal"), refusal: z.string() }),
  z.object({ type: z.literal("image_url"), url: z.string(), detail: z.string().optional() }),
  z.object({ type: z.literal("blob"), mime_type: z.string(), url: z.string() }),
  z.object({
    type: z.literal("image_file"),
    file_id: z.string(),
    detail: z.string().optional(),
  }),
  z.object({ type: z.literal("file"), id: z.string(), name: z.string().optional() }),
  z.object({ type: z.literal("link"), url: z.string(), title: z.string().optional() }),
  z.object({
    type: z.literal("table"),
    name: z.string(),
    columns: listOf(z.string(), DOCUMENT.maxColumns),
    data: listOf(z.array(z.unknown()), ACTION.dataMaxRows),
  }),
]);
