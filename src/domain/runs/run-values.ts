/** What runs, their events and their steps are made of. */
import type { ActionType } from "../tool";

/** A state that a run ends in. */
export type FinalRunStatus = "succeeded" | "failed" | "cancelled" | "expired";

/** What a failed action or run says; `code` is stable, `message` is for people. */
export interface RunError {
  code: string;
  message: string;
}

/** Why a run that succeeded says less than it might. */
export type IncompleteRun = "max_prompt_tokens" | "max_completion_tokens" | "content_filter";

/** Tokens, as the provider counted them. */
export interface Usage {
  inputTokens: number;
  outputTokens: number;
  /** US dollars, of the models that have a price; absent where none has. */
  costUsd?: number | undefined;
}

/** How the run was served: for whoever reads it, its project's usage, and the log. */
export interface RunTiming {
  /** Milliseconds from its acceptance to its first begin. Null where it never began. */
  queueMs: number | null;
  /**
   * Milliseconds from its acceptance to the first piece that a model told; the time that it waited for
   * its client is no part of it. Null where there was none, or where the object that saw it has died.
   */
  firstTokenMs: number | null;
  /** How often it was begun: above 1 after deaths of its object. */
  attempts: number;
}

/** What one execution of one action left: exactly one of `value` and `error` counts. */
export interface Cell {
  value: unknown;
  error: string | null;
  /** Stable code beside `error`. */
  errorCode?: string | undefined;
  meta: CellMeta;
}

/** How one action went on one row. */
export interface CellMeta {
  /** Milliseconds of the execution, as its clock showed them. */
  durationMs: number;
  /** Unix milliseconds at which it began, of what was cut off or waited its last begin; absent where it takes none. */
  startedAtMs?: number | undefined;
  logs?: string[] | undefined;
  usage?: Usage | undefined;
  /** Provider attempts that failed before the one that counted, oldest first. */
  retries?: { code: string; message: string; delayMs: number }[] | undefined;
  cached?: boolean | undefined;
  /** The value is less than it would have been. */
  incomplete?: IncompleteRun | undefined;
  /** This row or iteration did not come past the action (the other branch, a loop that had ended). */
  skipped?: boolean | undefined;
  /** The value was there and is not kept: the run made more than is. */
  dropped?: boolean | undefined;
}

/** One action's cells: `cells[row][iteration]`, one iteration outside `map`. */
export interface ActionTrace {
  type: ActionType;
  name: string;
  cells: Cell[][];
}

/** A function call that waits for the client: see `requires_action`. */
export interface PendingCall {
  callId: string;
  /** Empty where the caller is not told it. */
  actionName: string;
  row: number;
  name: string;
  /** JSON text as the model wrote it. */
  arguments: string;
}
