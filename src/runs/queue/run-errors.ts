/** What is said of a run that did not come to an end of its own. */
import type { RunError, RunStatus } from "../../domain/run";
import type { RunRow } from "./object-run-table";

export function broughtDown({ attempt, attemptsInVain }: RunRow): RunError {
  const message =
    attempt === "probation"
      ? "The run took the process that served it down twice, the second time alone, and is not begun again: something that it does needs more memory or time than there is."
      : `The run was cut off ${attemptsInVain} times without getting on and is not begun again.`;
  return { code: "too_many_crashes", message };
}

export function stoppedBy({ stop }: Pick<RunRow, "stop">): RunError {
  switch (stop) {
    case "interrupt":
      return { code: "interrupted", message: "A later run of the thread took the turn." };
    case "rollback":
      return { code: "rolled_back", message: "A later run of the thread took this one back." };
    case "cancel":
    case null:
      return { code: "cancelled", message: "The run was cancelled." };
  }
}

export function expiredIn(status: RunStatus): RunError {
  const message = {
    queued: "The run did not get its turn in time.",
    requires_action: "The outputs that the run waited for were not submitted in time.",
  };
  return {
    code: "deadline_exceeded",
    message:
      status === "queued" || status === "requires_action"
        ? message[status]
        : "The run took longer than its deadline allows.",
  };
}
