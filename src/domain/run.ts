/** A run of a tool: its states, the one function that says which moves are legal, and its outcome. */
import type { Metadata } from "./metadata";
import type { RunStep } from "./runs/run-steps";
import type {
  ActionTrace,
  Cell,
  FinalRunStatus,
  IncompleteRun,
  PendingCall,
  RunError,
  RunTiming,
  Usage,
} from "./runs/run-values";
import type { RunConfig } from "./tool";

export type {
  ActionTrace,
  Cell,
  CellMeta,
  FinalRunStatus,
  PendingCall,
  RunError,
  Usage,
} from "./runs/run-values";

/** The states of a run; `mayMove` says which follows which. */
export const RUN_STATUSES = [
  "queued",
  "running",
  "requires_action",
  "cancelling",
  "succeeded",
  "failed",
  "cancelled",
  "expired",
] as const;
/** One of `RUN_STATUSES`. */
export type RunStatus = (typeof RUN_STATUSES)[number];

const NEXT: Record<RunStatus, readonly RunStatus[]> = {
  queued: ["running", "failed", "cancelled", "expired"],
  running: ["requires_action", "cancelling", "succeeded", "failed", "expired"],
  requires_action: ["running", "cancelling", "failed", "expired"],
  cancelling: ["cancelled", "failed", "expired"],
  succeeded: [],
  failed: [],
  cancelled: [],
  expired: [],
};

/** The only judge of a run's moves. */
export function mayMove(from: RunStatus, to: RunStatus): boolean {
  return NEXT[from].includes(to);
}

/** A run in such a state never moves again. */
export function isFinal(status: RunStatus): status is FinalRunStatus {
  return NEXT[status].length === 0;
}

/** What becomes of a run whose thread has one at work. */
export const CONFLICT_RULES = ["queue", "reject", "interrupt", "rollback"] as const;
/** One of `CONFLICT_RULES`. */
export type ConflictRule = (typeof CONFLICT_RULES)[number];

/** The turn of a chat that a run answers, where the client names threads and messages itself. */
export interface Turn {
  /** The message that is answered, where it was on the thread before; null: it comes with the run. */
  messageId: string | null;
  /** Messages of the thread whose place the turn takes: from this one on, or all behind it. */
  cut: { messageId: string; isIncluded: boolean } | null;
  /** Under which the end user knows the thread that the run makes. */
  alias: string | null;
}

/** What a run was asked to do; fixed at its acceptance. */
export interface RunRequest {
  runId: string;
  projectId: string;
  toolId: string;
  toolName: string;
  version: number;
  /** Per-run changes only; the engine merges them over the definition's defaults. */
  config: RunConfig;
  /** One element a row. */
  inputs: Record<string, unknown>[];
  /** One thread a row, or null: the run has no thread. */
  threadIds: string[] | null;
  /** The caller asked for a stream: chat actions tell tokens unless their config says no. */
  stream: boolean;
  conflict: ConflictRule;
  /** Absent where no chat asked. */
  turn?: Turn;
  createdAtMs: number;
  /** Milliseconds from start to `expired`. */
  deadlineMs: number;
  endUserId: string | null;
  webhookUrl: string | null;
  /** The caller's own; it may be changed later. */
  metadata?: Metadata | null | undefined;
  /** Milliseconds that it waits for its client each time; by default `RUN.waitDeadlineMs`. */
  waitDeadlineMs?: number | undefined;
}

/** What the caller who does not wait is told, however often it asks for the same run. */
export function asAccepted(run: Run): Run {
  return {
    ...run,
    status: "queued",
    error: null,
    incomplete: null,
    startedAtMs: null,
    endedAtMs: null,
    traces: [],
    results: null,
    usage: { inputTokens: 0, outputTokens: 0 },
    pendingCalls: [],
    steps: [],
    timing: null,
  };
}

/** A run as anyone may read it, at work or ended. */
export interface Run {
  id: string;
  projectId: string;
  toolId: string;
  toolName: string;
  version: number;
  /** The first row's thread, null where the run has none. */
  threadId: string | null;
  status: RunStatus;
  error: RunError | null;
  createdAtMs: number;
  startedAtMs: number | null;
  endedAtMs: number | null;
  /** When it ends if it goes on as it stands; absent where only its object would know. */
  expiresAtMs?: number | undefined;
  /** The whole config that the run uses, action by action: defaults with the run's changes. */
  config: RunConfig;
  /** The caller's own. Of a run at work that its object tells of: as it was accepted. */
  metadata: Metadata | null;
  /** Why a run that succeeded says less than it might. */
  incomplete: IncompleteRun | null;
  traces: ActionTrace[];
  /** `[row][iteration]` of the last output; null unless succeeded. */
  results: Cell[][] | null;
  usage: Usage;
  pendingCalls: PendingCall[];
  /** The first `STEPS.max` of them, in the order in which they began. */
  steps: RunStep[];
  /** Null where it is not known yet, is no longer, or is not the caller's to know. */
  timing: RunTiming | null;
  /** Whose token started it. Null for a run that a key started, or where it is not the caller's to know. */
  endUserId: string | null;
}
