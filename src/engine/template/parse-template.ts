export interface Template {
  readonly text: string;
  /** Free names: what the template reads and does not itself define, e.g. `INPUT`. */
  readonly roots: ReadonlySet<string>;
}

export interface TemplateSyntaxError {
  message: string;
  /** 1-based, null where the parser cannot tell. */
  line: number | null;
}

export type ParsedTemplate =
  | { ok: true; template: Template }
  | { ok: false; error: TemplateSyntaxError };

/** Reads a template without rendering it: what a deploy checks and a run renders. */
export function parseTemplate(text: string): ParsedTemplate {
  return { ok: true, template: { text, roots: new Set() } };
}
