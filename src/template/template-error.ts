import { ActionFailure } from "../domain/action-failure";
import { askMeant } from "../domain/names/nearest-name";

/** What a template does wrong: while it is read (`syntax`) or rendered. `at` is an offset in its text. */
export class TemplateError extends Error {
  override readonly name = "TemplateError";
  readonly kind: "syntax" | "undefined" | "value" | "limit";
  readonly at: number;

  constructor(kind: TemplateError["kind"], message: string, at: number) {
    super(message);
    this.kind = kind;
    this.at = at;
  }
}

/** Of a name of the language that is none; `known` has those that are. */
export function unknownName(
  what: string,
  name: string,
  known: ReadonlyMap<string, unknown>,
  at: number,
): TemplateError {
  const message = `There is no ${what} "${name}"${askMeant(name, known.keys())}`;
  return new TemplateError("syntax", message, at);
}

const CODES = {
  syntax: "template_syntax_error",
  undefined: "undefined_name",
  value: "template_error",
  limit: "template_limit",
} as const;

/** The error as the action's cell shows it, with the line where it happened. */
export function asActionFailure(error: TemplateError, text: string): ActionFailure {
  return new ActionFailure(
    CODES[error.kind],
    `${error.message} (line ${lineAt(text, error.at)} of the template)`,
  );
}

/** 1-based. */
export function lineAt(text: string, at: number): number {
  return text.slice(0, at).split("\n").length;
}
