import { ActionFailure } from "../../domain/action-failure";
/**
 * One execution of one action as a step of the run: recalled where an earlier life finished it, else
 * done, and its outcome kept before anybody hears of it.
 */
import type { Cell, PendingCall } from "../../domain/run";
import type { ActionDefinition } from "../../domain/tool";
import { RUN } from "../../limits";
import { failedCell, valueCell } from "./cells";
import { executeAction } from "./execute-action";
import type { Frame } from "./frame";
import { addUsage, type RunLife } from "./life";
import { AwaitingClient, stopIfAborted, untilStopped } from "./signals";
import { placeOf, stepKey, tellsText, type CellSite } from "./site";

export type CellOutcome =
  | { kind: "settled"; cell: Cell }
  | { kind: "waiting"; calls: PendingCall[] };

export async function runCell(
  life: RunLife,
  action: ActionDefinition,
  frame: Frame,
  pass: number,
): Promise<CellOutcome> {
  const outcome = await recallOrRun(life, action, frame, pass);
  if (outcome.kind === "settled") {
    life.usage = addUsage(life.usage, outcome.cell.meta.usage);
  }
  return outcome;
}

async function recallOrRun(
  life: RunLife,
  action: ActionDefinition,
  frame: Frame,
  pass: number,
): Promise<CellOutcome> {
  const { steps } = life.ports;
  const key = stepKey(life, action.name, frame);
  const known = steps.recall(key);
  if (known !== undefined) {
    life.tokens.recall(known.meta.usage);
    return { kind: "settled", cell: known };
  }
  stopIfAborted(life.signal);
  // A run that waited for its client has not crashed: each wait begins a new count of attempts.
  const waits = countWaits(life, key);
  const attempt = steps.begin(waits === 0 ? key : `${key}/after-wait-${waits}`);
  const retells = attempt > 1 && attempt <= RUN.maxAttempts;
  const place = placeOf(action, frame);
  if (retells && tellsText(life, action)) {
    life.ports.emit({ type: "action-reset", place });
  }
  const outcome =
    attempt > RUN.maxAttempts
      ? settled(failedCell(tooManyAttempts(), 0))
      : await attemptCell({ life, action, frame, place, key, pass, retells });
  if (outcome.kind === "settled") {
    steps.finish(key, outcome.cell);
  } else {
    steps.finish(waitKey(key, waits + 1), await valueCell(null, { durationMs: 0 }));
  }
  return outcome;
}

async function attemptCell(site: CellSite): Promise<CellOutcome> {
  const { ports, signal } = site.life;
  const startedAtMs = ports.now();
  try {
    const { value, meta } = await untilStopped(executeAction(site), signal);
    stopIfAborted(signal);
    return settled(await valueCell(value, { ...meta, durationMs: ports.now() - startedAtMs }));
  } catch (error) {
    stopIfAborted(signal);
    if (error instanceof AwaitingClient) {
      return { kind: "waiting", calls: error.calls };
    }
    if (!(error instanceof ActionFailure)) {
      ports.reportBug?.(error, site.key);
    }
    return settled(failedCell(error, ports.now() - startedAtMs));
  }
}

function settled(cell: Cell): CellOutcome {
  return { kind: "settled", cell };
}

function countWaits(life: RunLife, key: string): number {
  let waits = 0;
  while (life.ports.steps.recall(waitKey(key, waits + 1)) !== undefined) {
    waits += 1;
  }
  return waits;
}

function waitKey(key: string, wait: number): string {
  return `${key}/wait-${wait}`;
}

function tooManyAttempts(): ActionFailure {
  return new ActionFailure(
    "too_many_attempts",
    `The action was cut off ${RUN.maxAttempts} times and is not begun again.`,
  );
}
