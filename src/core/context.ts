/**
 * What the verbs of the core are handed beside their caller. The core has the rules that no dialect
 * may forget: what a caller may send, and what it is told. Failures are values; their issues have
 * the published names of fields in their paths.
 */
import type { Failure } from "../domain/failure";
import type { LookAhead } from "./known-tools";

/** What a request brings along for the core. */
export interface CoreContext {
  env: Env;
  /** Also in the reply: where a cause is not told to the caller, the log has it beside this. */
  requestId: string;
  /** Host, with its port if it names one, under which the service was called. */
  ownHost: string;
  /** Of a call whose path names its tool. */
  lookAhead?: LookAhead | undefined;
  /** Keeps the request's isolate alive until this has settled. */
  later: (work: Promise<unknown>) => void;
  /** Holds so many bytes of memory until the call is answered; why it cannot, where there is no room. */
  findRoom: (bytes: number) => Failure | null;
  /** Logs why a run failed whose caller is not told. */
  noteCause: (cause: { runId: string; code: string; message: string }) => void;
}
