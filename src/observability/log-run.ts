/** The log of runs: one line each, written once its end is recorded. */
import { log } from "./log";
import { isLogged } from "./sampling";

/** What the log has of a run that has ended. */
export interface RunLine {
  projectId: string;
  runId: string;
  toolId: string;
  version: number;
  status: string;
  /** The error's code, which is stable; its message may tell of content. */
  error: string | null;
  /** From acceptance to the first begin; null where it never began. */
  queueMs: number | null;
  /** From acceptance to the first token; null where there was none, or nobody knows. */
  firstTokenMs: number | null;
  /** From acceptance to the end. */
  ms: number;
  inputTokens: number;
  outputTokens: number;
  /** Round trips of the run's object to D1 in its last life, the recording of the end included. */
  d1Trips: number;
  /** Rows that the object has written since the last run of its thread ended. */
  objectRows: number;
  /** Times it was begun. */
  attempts: number;
}

const FAILED = new Set(["failed", "expired"]);
const CODE = /^[a-z][a-z0-9_]{0,63}$/;

/** @param sample `LOG_SAMPLE`. */
export function logRun(sample: string | undefined, run: RunLine): void {
  if (isLogged(sample, FAILED.has(run.status))) {
    const error = run.error === null || CODE.test(run.error) ? run.error : "other";
    log.info("run", { ...run, error });
  }
}
