/** Threads as this dialect reads and writes them. */
import * as z from "zod";

import type { Caller } from "../../domain/access/caller";
import { recordOf } from "../../domain/list-of";
import { listOf } from "../../domain/list-of";
import { METADATA } from "../../domain/metadata";
import type { PageRequest } from "../../domain/page";
import type { Thread } from "../../domain/thread";
import type { MomentRange, ThreadFilter } from "../../domain/thread-filter";
import { MESSAGE } from "../../limits";
import { SECOND_MS } from "../../limits/units";
import { toSeconds } from "../shared/reply/seconds";
import { MetadataField, pageFields } from "../shared/request/fields";
import { MessageBody, PastTimeField, TextQueryField } from "./message-wire";

const SecondsField = z
  .string()
  .regex(/^\d{1,12}$/, "must be Unix seconds")
  .transform(Number)
  .meta({ document: { type: "integer", minimum: 0 } });

export const CreateThreadBody = z.strictObject({
  messages: listOf(MessageBody, MESSAGE.maxPerCreate).optional(),
  metadata: MetadataField.optional(),
  created_at: PastTimeField.optional(),
});

export const UpdateThreadBody = z.strictObject({ metadata: MetadataField });

/** At least or more, at most or less than so many Unix seconds, as `created_at[gte]=…`. */
const SecondsRangeField = z
  .strictObject({
    gt: SecondsField.optional(),
    gte: SecondsField.optional(),
    lt: SecondsField.optional(),
    lte: SecondsField.optional(),
  })
  .describe("Unix seconds, as `created_at[gte]=…`; `gt`, `gte`, `lt`, `lte`.");

export const ListThreadsQuery = z.strictObject({
  ...pageFields(),
  q: TextQueryField.optional(),
  agent_id: z.string().optional().describe("The tool that the thread is meant for."),
  participant_id: z.string().optional().describe("An actor or a tool that takes part."),
  created_at: SecondsRangeField.optional(),
  updated_at: SecondsRangeField.optional(),
  metadata: recordOf(z.string(), z.string())
    .refine((pairs) => Object.keys(pairs).length <= METADATA.maxPairs, {
      message: `must have at most ${METADATA.maxPairs} pairs`,
    })
    .optional()
    .describe("`metadata[name]=value`: only threads whose metadata has all of these pairs."),
});

export function readFilter(query: Omit<z.output<typeof ListThreadsQuery>, keyof PageRequest>) {
  return {
    text: query.q,
    toolId: query.agent_id,
    participantId: query.participant_id,
    createdAt: readRange(query.created_at),
    updatedAt: readRange(query.updated_at),
    metadata: query.metadata,
  } satisfies ThreadFilter;
}

function readRange({ gt, gte, lt, lte }: z.output<typeof SecondsRangeField> = {}): MomentRange {
  return { gt: endOf(gt), gte: startOf(gte), lt: startOf(lt), lte: endOf(lte) };
}

/** A second of this dialect is all of its milliseconds. */
function startOf(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * SECOND_MS;
}

function endOf(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : (seconds + 1) * SECOND_MS - 1;
}

export const ThreadWire = z
  .strictObject({
    id: z.string(),
    created_at: z.int().describe("Unix seconds."),
    metadata: MetadataField.optional().describe("Absent where none was ever set."),
    end_user_id: z
      .string()
      .optional()
      .describe("Whose token made it. For keys; absent where a key did."),
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

/** No token is told whose it is: it may reach a thread that is not its end user's. */
export function presentThread(
  thread: Thread,
  { kind }: Pick<Caller, "kind">,
): z.output<typeof ThreadWire> {
  const { endUserId } = thread;
  return {
    id: thread.id,
    created_at: toSeconds(thread.createdAtMs),
    ...(thread.metadata === null ? {} : { metadata: thread.metadata }),
    ...(kind === "key" && endUserId !== null ? { end_user_id: endUserId } : {}),
  };
}
