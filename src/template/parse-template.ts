import { TEMPLATE } from "../limits";
import { freeNames } from "./syntax/free-names";
import { parseStatements } from "./syntax/parse-statements";
import type { Expression, Statement } from "./syntax/syntax-tree";
import { tokenize } from "./syntax/tokenize";
import { lineAt, TemplateError } from "./template-error";

export interface Template {
  readonly text: string;
  readonly statements: readonly Statement[];
  /** Set where the whole text is one `{{ … }}`: then its value counts, not its text. */
  readonly single: Expression | null;
  /** Free names: what the template reads and does not itself define, e.g. `INPUT`. */
  readonly roots: ReadonlySet<string>;
}

interface TemplateSyntaxError {
  message: string;
  /** 1-based. */
  line: number;
}

export type ParsedTemplate =
  | { ok: true; template: Template }
  | { ok: false; error: TemplateSyntaxError };

/**
 * Reads a template without rendering it: what a deploy checks and a run renders. The language is a
 * subset of Jinja's: output, `if`, `for`, `set`, `filter`, `raw`, comments, white space control; no
 * macros and no other templates. A line break at the end of the text is kept.
 */
export function parseTemplate(text: string): ParsedTemplate {
  try {
    if (text.length > TEMPLATE.maxSourceChars) {
      throw new TemplateError(
        "syntax",
        `A template has at most ${TEMPLATE.maxSourceChars} characters`,
        0,
      );
    }
    const statements = parseStatements(tokenize(text));
    const [first] = statements;
    const isSingle =
      statements.length === 1 &&
      first?.kind === "output" &&
      first.at === 0 &&
      first.end === text.length;
    const template = {
      text,
      statements,
      single: isSingle ? first.value : null,
      roots: freeNames(statements),
    };
    return { ok: true, template };
  } catch (error) {
    if (error instanceof TemplateError) {
      return { ok: false, error: { message: error.message, line: lineAt(text, error.at) } };
    }
    throw error;
  }
}
