import { ActionFailure } from "../../src/domain/action-failure";
import { parseTemplate } from "../../src/template/parse-template";
import { renderTemplate } from "../../src/template/render-template";

/** Throws ActionFailure for a broken template too, as a run would. */
export function render(text: string, names: Record<string, unknown> = {}): unknown {
  const parsed = parseTemplate(text);
  if (!parsed.ok) {
    throw new ActionFailure("template_syntax_error", parsed.error.message);
  }
  return renderTemplate(parsed.template, names);
}
