/**
 * One execution of one action as a step of the run: recalled where an earlier execution finished it, else
 * done, and its outcome kept before anybody hears of it.
 */
import { ActionFailure } from "../../domain/action-failure";
import type { Cell, PendingCall } from "../../domain/run";
import type { ActionDefinition } from "../../domain/tool";
import { addUsage } from "../../domain/usage/model-price";
import { RUN } from "../../limits";
import { kindOf } from "../actions/index";
import { type CellTimes, failedCell, valueCell } from "./cells";
import { executeAction } from "./execute-action";
import type { RowContext } from "./row-context";
import type { RunExecution } from "./run-execution";
import { AwaitingClient, stopIfAborted, untilStopped } from "./signals";
import { placeOf, stepKey, streamsText, type StepContext } from "./step-context";

export type CellOutcome =
  | { kind: "settled"; cell: Cell }
  | { kind: "waiting"; calls: PendingCall[] };

export async function runCell(
  execution: RunExecution,
  action: ActionDefinition,
  row: RowContext,
  pass: number,
): Promise<CellOutcome> {
  const startedAtMs = execution.ports.now();
  try {
    await execution.load.begin();
  } catch (error) {
    return settled(failedCell(error, timesSince(startedAtMs, execution.ports.now())));
  }
  const outcome = await readOrRun(execution, action, row, pass);
  if (outcome.kind === "settled") {
    execution.usage = addUsage(execution.usage, outcome.cell.meta.usage);
  }
  return outcome;
}

async function readOrRun(
  execution: RunExecution,
  action: ActionDefinition,
  row: RowContext,
  pass: number,
): Promise<CellOutcome> {
  const { steps } = execution.ports;
  const key = stepKey(execution, action.name, row);
  const known = isMadeAnew(action) ? undefined : steps.get(key);
  if (known !== undefined) {
    execution.tokens.restore(known.meta.usage);
    execution.outputs.restore(known.value);
    return { kind: "settled", cell: known };
  }
  stopIfAborted(execution.signal);
  const { notes } = kindOf(action.type);
  if (notes !== undefined) {
    const context = { execution, action, row, place: placeOf(action, row), key, pass };
    const outcome = await attemptCell({ ...context, replays: false, attempt: 1 });
    if (outcome.kind !== "settled") {
      return outcome;
    }
    if (isMadeAnew(action)) {
      return settled(withoutBegin(outcome.cell));
    }
    steps.complete(key, outcome.cell);
    return outcome;
  }
  // A run that waited for its client has not crashed: each wait begins a new count of attempts.
  const { waits, cutOff } = readWaits(execution, key);
  const attempt = steps.start(waits === 0 ? key : `${key}/after-wait-${waits}`);
  const replays = attempt > 1 && attempt <= RUN.maxAttempts;
  const place = placeOf(action, row);
  if (replays && streamsText(execution, action)) {
    execution.ports.emit({ type: "action-reset", place });
  }
  const outcome =
    attempt > RUN.maxAttempts
      ? settled(failedCell(tooManyAttempts(), { durationMs: 0 }))
      : await attemptCell({
          execution,
          action,
          row,
          place,
          key,
          pass,
          replays,
          attempt: cutOff + attempt,
        });
  if (outcome.kind === "settled") {
    steps.complete(key, outcome.cell);
  } else {
    const note = { cutOff: cutOff + attempt - 1 } satisfies WaitNote;
    steps.complete(waitKey(key, waits + 1), await valueCell(note, { durationMs: 0 }));
  }
  return outcome;
}

/** See `ActionKind.notes`: what a template gives may be another thing the next time. */
function isMadeAnew({ type, spec = {} }: ActionDefinition): boolean {
  return kindOf(type).notes === "nothing" && Object.keys(spec).length === 0;
}

async function attemptCell(context: StepContext): Promise<CellOutcome> {
  const { ports, signal } = context.execution;
  const startedAtMs = ports.now();
  try {
    const { value, meta } = await untilStopped(executeAction(context), signal);
    stopIfAborted(signal);
    const timed = { ...meta, ...timesSince(startedAtMs, ports.now()) };
    return settled(await valueCell(value, timed, context.execution.outputs));
  } catch (error) {
    stopIfAborted(signal);
    if (error instanceof AwaitingClient) {
      return { kind: "waiting", calls: error.calls };
    }
    if (!(error instanceof ActionFailure)) {
      ports.reportBug?.(error, context.key);
    }
    return settled(failedCell(error, timesSince(startedAtMs, ports.now())));
  }
}

/** What is made anew whenever the run goes on has no begin of its own. */
function withoutBegin(cell: Cell): Cell {
  const { startedAtMs: _startedAtMs, ...meta } = cell.meta;
  return { ...cell, meta };
}

function timesSince(startedAtMs: number, nowMs: number): CellTimes {
  return { durationMs: nowMs - startedAtMs, startedAtMs };
}

function settled(cell: Cell): CellOutcome {
  return { kind: "settled", cell };
}

/** What is noted of each wait: how many attempts were cut off before it, all waits together. */
interface WaitNote {
  cutOff: number;
}

function readWaits(execution: RunExecution, key: string): WaitNote & { waits: number } {
  let waits = 0;
  let cutOff = 0;
  for (;;) {
    const cell = execution.ports.steps.get(waitKey(key, waits + 1));
    if (cell === undefined) {
      return { waits, cutOff };
    }
    waits += 1;
    // Absent from notes of an earlier release.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- made below, then or now
    cutOff = (cell.value as WaitNote | null)?.cutOff ?? 0;
  }
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
