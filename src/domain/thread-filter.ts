import type { Metadata } from "./metadata";

/** Bounds of a moment, Unix milliseconds; all that are given hold. */
export interface MomentRange {
  gt?: number | undefined;
  gte?: number | undefined;
  lt?: number | undefined;
  lte?: number | undefined;
}

/** Which threads a listing is asked for; all that is given holds. */
export interface ThreadFilter {
  ids?: readonly string[] | undefined;
  /** Each pair stands in the thread's metadata, exactly. */
  metadata?: Metadata | undefined;
  createdAt?: MomentRange | undefined;
  updatedAt?: MomentRange | undefined;
  /** The tool that the thread is meant for. */
  toolId?: string | undefined;
  /** A run of this tool was on the thread. */
  ranToolId?: string | undefined;
  /** An actor or a tool that takes part. */
  participantId?: string | undefined;
  /** A message of the thread has all of these words. */
  text?: string | undefined;
}
