/** The steps of a run as its journal tells them. */
import { STEP_EVENTS } from "../../domain/runs/run-steps";
import { StepBook } from "../../domain/runs/step-book";
import type { Journal } from "../events/journal";

/** With the pieces of replies: what a reply that has not ended has said until now. */
const WITH_PIECES = [
  ...STEP_EVENTS,
  "text-delta",
  "reasoning-delta",
  "function-call-start",
  "function-call-delta",
] as const;

/** @param of `replies`: replies that have ended, which takes reading no more than their ends. */
export function stepsInJournal(
  journal: Journal,
  runId: string,
  of: "replies" | "pieces",
): StepBook {
  const book = new StepBook();
  for (const event of journal.events(runId, of === "pieces" ? WITH_PIECES : STEP_EVENTS)) {
    book.take(event);
  }
  return book;
}
