import type { Metadata } from "./metadata";

/** Who takes part in threads. */
export const ACTOR_TYPES = ["user", "assistant", "tool"] as const;
/** One of `ACTOR_TYPES`. */
export type ActorType = (typeof ACTOR_TYPES)[number];

/** Somebody who takes part in threads, as the customer knows them. */
export interface Actor {
  id: string;
  projectId: string;
  name: string;
  type: ActorType;
  metadata: Metadata;
  createdAtMs: number;
  updatedAtMs: number;
}

/** An actor in a thread, or a tool once a run of it has written there. */
export interface Participant extends Omit<Actor, "projectId"> {
  kind: "actor" | "agent";
  joinedAtMs: number;
}
