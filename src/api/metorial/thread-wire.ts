import * as z from "zod";

import { recordOf } from "../../domain/list-of";
import { utcOffset } from "../../domain/locale";
import type { ThreadWithParticipants } from "../../domain/thread";
import type { ThreadFilter } from "../../domain/thread-filter";
import { MetadataField } from "../shared/request/fields";
import { ParticipantWire, presentParticipant } from "./actor-wire";
import {
  CountryField,
  IsoTime,
  LanguageField,
  MomentRangeField,
  TimeZoneField,
  idFields,
  listFields,
  listOf,
  readIds,
  toIso,
} from "./fields";
import { fromWireId, toWireId } from "./ids";

export const CreateThreadBody = z.strictObject({
  agent_id: z
    .string()
    .min(1)
    .describe("The tool that the thread is meant for.")
    .meta({ example: "agent_5f0c3e9a1b7d42868e90" }),
  actor_id: z.string().min(1).nullish().describe("Takes part from the start. For keys alone."),
  language: LanguageField.nullish(),
  country: CountryField.nullish(),
  timezone: TimeZoneField.nullish(),
  metadata: MetadataField.optional(),
});

export const UpdateThreadBody = z.strictObject({
  metadata: MetadataField.optional().describe("Replaces the whole of it."),
});

export const ListThreadsQuery = z.strictObject({
  ...listFields,
  ...idFields,
  created_at: MomentRangeField,
  updated_at: MomentRangeField,
  agent_id: z.string().optional(),
  participant_id: z.string().optional().describe("An actor or an agent that takes part."),
  metadata: recordOf(z.string(), z.string())
    .optional()
    .describe("`metadata[key]=value`: only threads whose metadata has all of these pairs."),
});

export const ThreadWire = z
  .strictObject({
    id: z.string(),
    agent_id: z.string().nullable(),
    instance_id: z.string(),
    timezone: z
      .strictObject({
        code: z.string(),
        utc: z.string().describe("The offset in force at the time of the reply."),
        utc_offset_in_minutes: z.int(),
      })
      .nullable(),
    country: z.strictObject({ code: z.string() }).nullable(),
    language: z.strictObject({ code: z.string() }).nullable(),
    metadata: MetadataField,
    participants: z.array(ParticipantWire),
    created_at: IsoTime,
    updated_at: IsoTime,
  })
  .meta({ id: "MetorialThread" });

export const ThreadListWire = listOf(ThreadWire);

export function readFilter(query: z.output<typeof ListThreadsQuery>): ThreadFilter {
  const { agent_id: agentId, participant_id: participantId } = query;
  return {
    ids: readIds(query)?.map((id) => fromWireId("thread", id)),
    metadata: query.metadata,
    createdAt: query.created_at,
    updatedAt: query.updated_at,
    toolId: agentId === undefined ? undefined : fromWireId("agent", agentId),
    participantId:
      participantId === undefined
        ? undefined
        : fromWireId("agent", fromWireId("actor", participantId)),
  };
}

/** @param nowMs For the offset of the thread's time zone. */
export function presentThread(
  thread: ThreadWithParticipants,
  nowMs: number,
): z.output<typeof ThreadWire> {
  return {
    id: toWireId("thread", thread.id),
    agent_id: thread.toolId === null ? null : toWireId("agent", thread.toolId),
    instance_id: toWireId("instance", thread.projectId),
    timezone: thread.timezone === null ? null : presentTimeZone(thread.timezone, nowMs),
    country: thread.country === null ? null : { code: thread.country },
    language: thread.language === null ? null : { code: thread.language },
    metadata: thread.metadata ?? {},
    participants: thread.participants.map((item) => presentParticipant(item, thread.id)),
    created_at: toIso(thread.createdAtMs),
    updated_at: toIso(thread.updatedAtMs),
  };
}

function presentTimeZone(code: string, nowMs: number) {
  const { text, minutes } = utcOffset(code, nowMs);
  return { code, utc: text, utc_offset_in_minutes: minutes };
}
