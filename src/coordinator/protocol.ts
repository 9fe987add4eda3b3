/**
 * What may be asked of the object that coordinates a thread's runs. The API never holds a stub: it
 * calls `coordinator/client.ts`, which finds the object, and calls again with a fresh stub where the
 * platform broke the old one.
 */
import type { Failure, Outcome } from "../domain/failure";
import type { NewMessage } from "../domain/message";
import type { Run, RunRequest } from "../domain/run";
import type { ActionDefinition } from "../domain/tool";

export interface StartRun {
  request: RunRequest;
  actions: ActionDefinition[];
  /** Messages of the inputs, saved to the row's thread before the run: one list a row. */
  inputMessages: NewMessage[][];
}

export interface RunTicket {
  runId: string;
  /** The run as accepted: queued or running. */
  run: Run;
}

/** Outputs for calls that a run waits for. */
export interface SubmittedOutput {
  callId: string;
  output: string;
}

/** The object's methods, as the client sees them over RPC. Failures are values: see `Outcome`. */
export interface CoordinatorRpc {
  start(start: StartRun): Promise<Outcome<RunTicket>>;
  /** Resolves when the run has ended or waits for its client; the run at that moment. */
  wait(runId: string): Promise<Outcome<Run>>;
  read(runId: string): Promise<Outcome<Run>>;
  cancel(runId: string): Promise<Outcome<Run>>;
  submit(runId: string, outputs: SubmittedOutput[]): Promise<Outcome<Run>>;
  /**
   * The run's events with a number above `after`, as NDJSON lines of `NumberedEvent`, replayed and
   * then live, up to `run-end`. An empty line is a keep-alive.
   */
  events(runId: string, after: number): Promise<ReadableStream<Uint8Array> | Failure>;
  /** Ends its run, forgets everything, wakes for nothing any more. */
  erase(): Promise<void>;
}
