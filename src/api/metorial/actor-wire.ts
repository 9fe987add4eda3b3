import * as z from "zod";

import { ACTOR_TYPES, type Actor, type Participant } from "../../domain/actor";
import { MetadataField } from "../shared/request/fields";
import { IsoTime, MomentRangeField, idFields, listFields, listOf, toIso } from "./fields";
import { toWireId } from "./ids";

const MAX_NAME_CHARS = 128;

export const CreateActorBody = z.strictObject({
  name: z.string().min(1).max(MAX_NAME_CHARS).meta({ example: "John Doe" }),
  type: z.enum(ACTOR_TYPES),
  metadata: MetadataField.optional(),
});

export const ListActorsQuery = z.strictObject({
  ...listFields,
  ...idFields,
  type: z.enum(ACTOR_TYPES).optional(),
  created_at: MomentRangeField,
  updated_at: MomentRangeField,
});

const actorFields = {
  id: z.string(),
  name: z.string(),
  type: z.enum(ACTOR_TYPES),
  metadata: MetadataField,
  created_at: IsoTime,
  updated_at: IsoTime,
};

export const ActorWire = z.strictObject(actorFields).meta({
  id: "Actor",
  example: {
    id: "act_V1StGXR8_Z5jdHi6B-myT",
    name: "John Doe",
    type: "user",
    metadata: {},
    created_at: "2025-01-01T00:00:00.000Z",
    updated_at: "2025-01-01T00:00:00.000Z",
  },
});

export const ActorListWire = listOf(ActorWire);

export const ParticipantWire = z
  .strictObject({
    ...actorFields,
    role: z.literal("read_write"),
    joined_at: IsoTime,
    thread_id: z.string(),
  })
  .meta({ id: "Participant" });

export function presentActor(actor: Omit<Actor, "projectId">): z.output<typeof ActorWire> {
  return {
    id: toWireId("actor", actor.id),
    name: actor.name,
    type: actor.type,
    metadata: actor.metadata,
    created_at: toIso(actor.createdAtMs),
    updated_at: toIso(actor.updatedAtMs),
  };
}

export function presentParticipant(
  participant: Participant,
  threadId: string,
): z.output<typeof ParticipantWire> {
  return {
    ...presentActor(participant),
    id: toWireId(participant.kind, participant.id),
    role: "read_write",
    joined_at: toIso(participant.joinedAtMs),
    thread_id: toWireId("thread", threadId),
  };
}
