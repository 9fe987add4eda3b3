/** What ends an execution of a run from within. */
import type { Cell, PendingCall } from "../../domain/run";

/** Thrown where outputs of the client are missing. */
export class AwaitingClient extends Error {
  override readonly name = "AwaitingClient";
  readonly calls: PendingCall[];

  constructor(calls: PendingCall[]) {
    super("The run waits for outputs of its client.");
    this.calls = calls;
  }
}

/** Thrown once the run's signal is aborted. */
export class Stopped extends Error {
  override readonly name = "Stopped";
}

export function stopIfAborted(signal: AbortSignal): void {
  if (signal.aborted) {
    throw new Stopped();
  }
}

/** The work's outcome, or `Stopped` as soon as the signal aborts, whether the work heeds it or not. */
export async function untilStopped<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const stop = Promise.withResolvers<never>();
  const onAbort = (): void => stop.reject(new Stopped());
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    if (signal.aborted) {
      onAbort();
    }
    return await Promise.race([work, stop.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

/** Thrown out of all blocks once a cell holds an error. */
export class ActionFailed extends Error {
  override readonly name = "ActionFailed";
  readonly actionName: string;
  readonly cell: Cell;

  constructor(actionName: string, cell: Cell) {
    super("An action of the run has failed.");
    this.actionName = actionName;
    this.cell = cell;
  }
}
