import { RUN } from "../limits";
import type { CellMeta } from "./run";

/** What an execution leaves in its cell besides its value or error. */
export type ResultMeta = Pick<CellMeta, "logs" | "usage" | "retries" | "incomplete">;

/**
 * Thrown inside an action; the interpreter catches it and puts it into the action's cell. Any other
 * exception of an action is a bug: it is reported as `internal_error` without its message.
 */
export class ActionFailure extends Error {
  override readonly name = "ActionFailure";
  /** Stable, snake_case, part of the wire: e.g. `undefined_name`, `file_encrypted`, `provider_error`. */
  readonly code: string;
  /** What the action had used and tried until then; it counts like that of a success. */
  readonly meta: ResultMeta;

  constructor(code: string, message: string, meta: ResultMeta = {}) {
    // What it quotes may be a sentence of its own.
    super(message.replace(/(?<=[^.]\.)\.$/, ""));
    this.code = code;
    this.meta = meta;
  }
}

/** What is said of a value that nests beyond `RUN.valueMaxNesting`. */
export function tooDeep(what: string): string {
  return `${what} nests deeper than ${RUN.valueMaxNesting} arrays and objects inside each other.`;
}

/** What is said of a value that holds more values than `RUN.outputMaxValues`. */
export function tooManyValues(what: string): string {
  return `${what} holds more than ${RUN.outputMaxValues} values.`;
}
