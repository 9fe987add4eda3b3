import { describe, it } from "vitest";

import { parseTemplate } from "../../src/template/parse-template";

function rootsOf(text: string): string[] {
  const parsed = parseTemplate(text);
  return parsed.ok ? [...parsed.template.roots] : [parsed.error.message];
}

describe("the names that a template reads", () => {
  it.for([
    ["{{ INPUT.a[KEY.b] }}", ["INPUT", "KEY"]],
    [
      "{% for x in A if x > B %}{{ x.c }}{{ loop.index }}{% else %}{{ C }}{% endfor %}",
      ["A", "B", "C"],
    ],
    ["{{ loop }}{% for loop in [] %}{% endfor %}", ["loop"]],
    ["{% set x = A %}{{ x }}{% set y %}{{ B }}{% endset %}{{ y }}", ["A", "B"]],
    ["{{ x }}{% set x = 1 %}", ["x"]],
    ["{% for a in [] %}{% set z = 1 %}{% endfor %}{{ z }}", ["z"]],
    ["{% if A %}{{ B }}{% elif C %}{{ D }}{% else %}{{ E }}{% endif %}", ["A", "B", "C", "D", "E"]],
    [
      "{{ A | replace(B, new=C) | default(D) }}{% if E is eq(F) %}{% endif %}",
      ["A", "B", "C", "D", "E", "F"],
    ],
    ["{% filter replace(A, B) %}{{ C }}{% endfilter %}", ["A", "B", "C"]],
    [
      "{{ range(A) }}{{ {B: C} }}{{ [D][E:F:G] }}{{ H if I else J }}{{ 'K' }}{# L #}{% raw %}{{ M }}{% endraw %}",
      ["A", "B", "C", "D", "E", "F", "G", "I", "H", "J"],
    ],
    ["{% set ns = namespace(a=A) %}{% set ns.b = B %}{{ ns.b }}", ["A", "B"]],
    ["{{ A.items() }}{{ 'x'.join(B) }}{{ true }}{{ none }}", ["A", "B"]],
    ["no tags", []],
  ] as const)("%s", ([template, roots], { expect }) => {
    expect(rootsOf(template).toSorted()).toEqual([...roots].toSorted());
  });
});

describe("a template that cannot be read", () => {
  it.for([
    ["one\ntwo {{ a b }}", 2, 'Here should be the end of the tag; there is "b"'],
    ["one\n\n{{ a", 3, "This tag is never closed"],
    ["{% if a %}\n{% for x in y %}\n{% endif %}", 3, 'There is no statement "endif" here'],
    ["\n{% if a %}\n", 2, "This if is never closed"],
    ["{{ a |\nnope }}", 2, 'There is no filter "nope"'],
    ["{{ a is nope }}", 1, 'There is no test "nope" (did you mean none?)'],
    ["{{ a.nope() }}", 1, 'There is no method "nope"'],
    ["{{ nope(1) }}", 1, "There is no such function"],
    ["{{ a.get(1)(2) }}", 1, "There is no such function"],
    ["{% macro m() %}{% endmacro %}", 1, 'There is no statement "macro" here'],
    ["{% include 'x' %}", 1, 'There is no statement "include" here'],
    ["{% constructor %}", 1, 'There is no statement "constructor" here'],
    ["{% break %}", 1, "A break belongs into a for"],
    ["{% for x in y %}{% else %}{% continue %}{% endfor %}", 1, "A continue belongs into a for"],
    ["{{ 'never }}", 1, "This string is never closed"],
    ["{{ a $ b }}", 1, '"$" means nothing here'],
    ["{% set if = 1 %}", 1, 'Here should be a name; there is "if"'],
    ["{{ f(a=1, 2) }}", 1, "There is no such function"],
    ["{{ range(start=1, 2) }}", 1, 'Here should be a named argument; there is "2"'],
    ["{{ }}", 1, "Here should be a value; the tag ends"],
  ] as const)("says where and why: %j", ([template, line, message], { expect }) => {
    expect(parseTemplate(template)).toEqual({ ok: false, error: { line, message } });
  });
});
