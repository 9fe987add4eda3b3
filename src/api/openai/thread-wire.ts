/** Threads as this dialect reads and writes them. */
import * as z from "zod";

import { recordOf } from "../../domain/list-of";
import { listOf as elementsOf } from "../../domain/list-of";
import { METADATA } from "../../domain/metadata";
import type { Thread } from "../../domain/thread";
import { MESSAGE } from "../../limits";
import { toSeconds } from "../shared/reply/seconds";
import { MetadataField } from "../shared/request/fields";
import { MetadataInput, Seconds, deletedOf, listOf, listQuery, optional } from "./fields";
import { toWireId } from "./ids";
import { MessageBody, TextQueryField } from "./message-wire";
import {
  NewResourcesField,
  ToolResourcesField,
  ToolResourcesWire,
  presentResources,
} from "./tool-resources";

export const CreateThreadBody = z.strictObject({
  messages: optional(elementsOf(MessageBody, MESSAGE.maxPerCreate)),
  tool_resources: optional(NewResourcesField),
  metadata: MetadataInput,
});

export const UpdateThreadBody = z.strictObject({
  tool_resources: optional(ToolResourcesField),
  metadata: MetadataInput.describe("Replaces the whole of it; null takes it away."),
});

export const ListThreadsQuery = listQuery({
  q: TextQueryField.optional(),
  assistant_id: z.string().optional().describe("Only threads on which this assistant was run."),
  metadata: recordOf(z.string(), z.string())
    .refine((pairs) => Object.keys(pairs).length <= METADATA.maxPairs, {
      message: `must have at most ${METADATA.maxPairs} pairs`,
    })
    .optional()
    .describe("`metadata[name]=value`: only threads whose metadata has all of these pairs."),
});

export const ThreadWire = z
  .strictObject({
    id: z.string(),
    object: z.literal("thread"),
    created_at: Seconds,
    metadata: MetadataField,
    tool_resources: ToolResourcesWire,
  })
  .meta({
    id: "AssistantsThread",
    example: {
      id: "thread_V1StGXR8Z5jdHi6BmyTabcd1",
      object: "thread",
      created_at: 1_710_481_773,
      metadata: { user: "abc123" },
      tool_resources: {},
    },
  });

export const ThreadListWire = listOf(ThreadWire);
export const ThreadDeletedWire = deletedOf("thread.deleted");

export function presentThread(
  thread: Pick<Thread, "id" | "createdAtMs" | "metadata" | "knowledge">,
): z.output<typeof ThreadWire> {
  return {
    id: toWireId("thread", thread.id),
    object: "thread",
    created_at: toSeconds(thread.createdAtMs),
    metadata: thread.metadata ?? {},
    tool_resources: presentResources(thread.knowledge),
  };
}
