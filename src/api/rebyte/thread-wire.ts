/** Threads as this dialect reads and writes them. */
import * as z from "zod";

import type { Thread } from "../../domain/thread";
import { MESSAGE } from "../../limits";
import { MetadataField, pageFields } from "../shared/fields";
import { MessageBody } from "./message-wire";
import { toSeconds } from "./time";

export const CreateThreadBody = z.strictObject({
  messages: z.array(MessageBody).max(MESSAGE.maxPerCreate).optional(),
  metadata: MetadataField.optional(),
});

export const UpdateThreadBody = z.strictObject({ metadata: MetadataField });

export const ListThreadsQuery = z.strictObject({
  ...pageFields(),
  metadata: z
    .record(z.string(), z.string())
    .optional()
    .describe("`metadata[name]=value`: only threads whose metadata has all of these pairs."),
});

export const ThreadWire = z
  .strictObject({
    id: z.string(),
    created_at: z.int().describe("Unix seconds."),
    metadata: MetadataField.optional().describe("Absent where none was ever set."),
  })
  .meta({
    id: "Thread",
    example: {
      id: "2hWVPNfrHv1IiVN7ia-4P",
      created_at: 1710481773,
      metadata: { user: "abc123" },
    },
  });

export const ThreadListWire = z.strictObject({ list: z.array(ThreadWire) });

export const ThreadDeletedWire = z.strictObject({
  message: z.literal("deleted"),
  threadId: z.string(),
});

export function presentThread(thread: Thread): z.output<typeof ThreadWire> {
  return {
    id: thread.id,
    created_at: toSeconds(thread.createdAtMs),
    ...(thread.metadata === null ? {} : { metadata: thread.metadata }),
  };
}
