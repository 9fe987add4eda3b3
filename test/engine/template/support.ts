import { ActionFailure } from "../../../src/engine/action-failure";
import { parseTemplate } from "../../../src/engine/template/parse-template";
import { renderTemplate } from "../../../src/engine/template/render-template";

/** Throws ActionFailure for a broken template too, as a run would. */
export function render(text: string, names: Record<string, unknown> = {}): unknown {
  const parsed = parseTemplate(text);
  if (!parsed.ok) {
    throw new ActionFailure("template_syntax_error", parsed.error.message);
  }
  return renderTemplate(parsed.template, names);
}
