/** A run's start together with what whoever starts it does next: one call of the object instead of two. */
import { type Outcome, success } from "../../domain/failure";
import type { FollowedRun, RunReport, StartRun } from "./protocol";
import type { RunCoordinator } from "./run-coordinator";

export async function startAndWait(
  runs: RunCoordinator,
  start: StartRun,
): Promise<Outcome<RunReport>> {
  const started = await runs.start(start);
  return started.ok && started.value.kind === "run" ? runs.wait(started.value.run.id) : started;
}

export async function startAndFollow(
  runs: RunCoordinator,
  start: StartRun,
  vocabulary: number,
): Promise<Outcome<FollowedRun>> {
  const started = await runs.start(start);
  if (!started.ok) {
    return started;
  }
  const report = started.value;
  const opened = report.kind === "run" ? await runs.events(report.run.id, 0, vocabulary) : null;
  return success({ report, lines: opened?.ok === true ? opened.value : null });
}
