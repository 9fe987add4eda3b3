import type { Issue } from "../domain/failure";
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
  /** One element for each row; an empty list is one row with the input `{}`. */
  inputs: Record<string, unknown>[];
  /** Messages of the inputs, saved to the row's thread before the run: one list a row. */
  inputMessages: NewMessage[][];
  /** What the inputs have that a thread would not keep: refused, unless the tool reads it by itself. */
  strayMessages?: readonly Issue[] | undefined;
  /** Null: the run has no thread. For a key, a thread that does not exist is made. */
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
  /** The turn of the chat that asks; null: no chat asks. */
  turn: Turn | null;
  /** The caller's own words about the run. */
  metadata?: Metadata | null | undefined;
  /** How long the run waits for its client each time, in milliseconds. */
  waitDeadlineMs?: number | undefined;
  /** What the caller does next: the object is then asked for it and the start in one call. */
  andThen?: AndThen | undefined;
}
