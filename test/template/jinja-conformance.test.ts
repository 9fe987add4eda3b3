/** Templates and what Jinja itself makes of them; `jinja-cases.py` says how the file was made. */
import { describe, it } from "vitest";

import { ActionFailure } from "../../src/domain/action-failure";
import { Budget } from "../../src/template/budget";
import { parseTemplate } from "../../src/template/parse-template";
import { renderTemplate } from "../../src/template/render-template";
import { toText } from "../../src/template/values";
import oracle from "./jinja-cases.json";

interface Case {
  template: string;
  text?: string;
  error?: string;
}

const cases: Case[] = oracle.cases;

function render(text: string): unknown {
  const parsed = parseTemplate(text);
  if (!parsed.ok) {
    throw new ActionFailure("template_syntax_error", parsed.error.message);
  }
  return renderTemplate(parsed.template, oracle.names);
}

describe(`what Jinja ${oracle.jinja} renders`, () => {
  it.for(cases.filter(({ text }) => text !== undefined))(
    "$template",
    ({ template, text }, { expect }) => {
      expect(toText(render(template), new Budget())).toBe(text);
    },
  );
});

describe(`what Jinja ${oracle.jinja} refuses`, () => {
  const syntaxErrors = ["TemplateSyntaxError", "TemplateAssertionError"];

  it.for(cases.filter(({ error }) => error !== undefined))(
    "$template ($error)",
    ({ template, error }, { expect }) => {
      const code = syntaxErrors.includes(error ?? "")
        ? "template_syntax_error"
        : expect.stringMatching(/^(undefined_name|template_error|template_syntax_error)$/);
      expect(() => render(template)).toThrow(expect.objectContaining({ code }));
    },
  );
});
