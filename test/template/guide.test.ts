/** Every example of the guide gives what the guide says, and no filter, test, function or method is without one. */
import { describe, it } from "vitest";
import * as z from "zod";

import guide from "../../docs/guide/templates.md?raw";
import { FILTERS } from "../../src/template/builtins/filters";
import { FUNCTIONS } from "../../src/template/builtins/global-functions";
import { METHODS } from "../../src/template/builtins/methods";
import { TESTS } from "../../src/template/builtins/tests";
import { render } from "./support";

const examples = [...guide.matchAll(/^(.+) → (.+)$/gm)].map(([, template = "", gives = ""]) => ({
  template,
  gives,
}));
const names = z
  .record(z.string(), z.unknown())
  .parse(JSON.parse(/```json\n([\s\S]*?)```/.exec(guide)?.[1] ?? ""));

describe("the guide's templates", () => {
  it.for(examples)("$template", ({ template, gives }, { expect }) => {
    expect(render(template, names)).toEqual(JSON.parse(gives));
  });

  it.for([
    ...[...FILTERS.keys()].map((name) => ({ name, form: `\\| ${name}\\b` })),
    ...[...TESTS.keys()].map((name) => ({ name, form: `\\bis ${name}\\b` })),
    ...[...FUNCTIONS.keys()].map((name) => ({ name, form: `\\b${name}\\(` })),
    ...[...METHODS.keys()].map((name) => ({ name, form: `\\.${name}\\(` })),
  ])("have an example of $name", ({ form }, { expect }) => {
    expect(examples.some(({ template }) => new RegExp(form).test(template))).toBe(true);
  });
});
