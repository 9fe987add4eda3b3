/**
 * What happens in a run, told once in one neutral vocabulary; each dialect encodes it into its own
 * stream. The journal numbers events per run from 1 without gaps; a number, once told, never changes
 * its meaning.
 */
import type { Message } from "./message";
import type { Cell, FinalRunStatus, PendingCall, RunError } from "./run";
import type { ActionType } from "./tool";

/** Which execution of which action an event speaks of. */
export interface ActionPlace {
  type: ActionType;
  name: string;
  /** Index of the input row. */
  row: number;
  /** The innermost `map` around it, null outside one. */
  map: { name: string; iteration: number } | null;
}

export type RunEvent =
  | { type: "run-start"; runId: string }
  /** Once per action and pass, for all its rows and iterations together. */
  | { type: "action-start"; action: { type: ActionType; name: string } }
  | { type: "text-delta"; place: ActionPlace; text: string }
  | { type: "function-call-start"; place: ActionPlace; name: string }
  | { type: "function-call-delta"; place: ActionPlace; name: string; text: string }
  /** What this place had told since its action began is withdrawn; it is told anew. */
  | { type: "action-reset"; place: ActionPlace }
  /** `cells[row][iteration]`. */
  | { type: "action-end"; action: { type: ActionType; name: string }; cells: Cell[][] }
  | { type: "run-wait"; calls: PendingCall[] }
  | { type: "run-resume" }
  | { type: "message-add"; message: Message }
  | { type: "run-end"; status: FinalRunStatus; error: RunError | null };

export interface NumberedEvent {
  seq: number;
  event: RunEvent;
}
