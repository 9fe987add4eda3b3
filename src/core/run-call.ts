import type { NewMessage } from "../domain/message";
import type { Metadata } from "../domain/metadata";
import type { ConflictRule, Turn } from "../domain/run";
import type { RunConfig, VersionSelector } from "../domain/tool";
import type { AndThen } from "../runs/client/run-client";

/** A run as a caller asks for it. Issues name its parts as ReByte's published body does. */
export interface RunCall {
  toolId: string;
  version: VersionSelector;
  config: RunConfig;
  /** One element a row; none is one row with `{}`. */
  inputs: Record<string, unknown>[];
  /** Messages of the inputs, saved to the row's thread before the run: one list a row. */
  inputMessages: NewMessage[][];
  /** Null: without a thread. One that is not known yet is made, for a key. */
  threadId: string | null;
  /** A thread that is not known yet is none, for a key as well. */
  knownThread?: boolean | undefined;
  /** Chat actions tell tokens unless their config says no. */
  stream: boolean;
  conflict: ConflictRule;
  /** `queue` holds for runs at work alone: behind one that waits for its client, `thread_busy`. */
  neverBehindWaiting?: boolean | undefined;
  /** Milliseconds from its start. */
  deadlineMs: number;
  webhookUrl: string | null;
  /** Of the chat that asks; null where none does. */
  turn: Turn | null;
  /** The caller's own words about the run. */
  metadata?: Metadata | null | undefined;
  /** Milliseconds that it waits for its client each time. */
  waitDeadlineMs?: number | undefined;
  /** What the caller does next, which may then be one call of the object with the start. */
  andThen?: AndThen | undefined;
}
