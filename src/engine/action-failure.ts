/**
 * Thrown inside an action; the interpreter catches it and puts it into the action's cell. Any other
 * exception of an action is a bug: it is reported as `internal_error` without its message.
 */
export class ActionFailure extends Error {
  override readonly name = "ActionFailure";
  /** Stable, snake_case, part of the wire: e.g. `undefined_name`, `file_encrypted`, `provider_error`. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
