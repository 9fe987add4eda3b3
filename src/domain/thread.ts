import type { Participant } from "./actor";
import type { Metadata } from "./metadata";

/** A conversation, without its messages. */
export interface Thread {
  id: string;
  projectId: string;
  createdAtMs: number;
  /** Moves when the thread's metadata changes or a message is added. */
  updatedAtMs: number;
  /** Null where none was ever set: the reply then leaves it out. */
  metadata: Metadata | null;
  /** The tool this thread is meant for, where its maker said so. */
  toolId: string | null;
  /** The end user whose token made it; null for a thread made with a key. */
  endUserId: string | null;
  /** BCP 47, ISO 3166-1 alpha-2, IANA; null where unset. */
  language: string | null;
  country: string | null;
  timezone: string | null;
  /** Names of knowledge that runs on it may search besides their own; null: none. */
  knowledge: string[] | null;
  /** Under which its end user knows it, where a chat of that user has made it. */
  alias: string | null;
}

/** A thread with the actors who take part in it. */
export interface ThreadWithParticipants extends Thread {
  /** In the order in which they joined. */
  participants: Participant[];
}
