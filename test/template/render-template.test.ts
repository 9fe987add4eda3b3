/** What Bobbin decides beyond Jinja, and what its errors say. */
import { describe, it } from "vitest";

import { render } from "./support";

const INPUT = { n: 1, none: null, yes: true, list: [1, { a: "ü" }], deep: { a: [{ b: 5 }] } };

describe("a template that is one expression", () => {
  it.for([
    ["{{ INPUT.list }}", INPUT.list],
    ["{{INPUT.deep.a[0].b}}", 5],
    ["{{ INPUT.none }}", null],
    ["{{ INPUT.yes }}", true],
    ["{{ INPUT.list | length > 1 }}", true],
    ["{{- INPUT.n + 0.5 -}}", 1.5],
    ["{{ {'a': INPUT.n, 'b': [1, 2]} }}", { a: 1, b: [1, 2] }],
    ["{{ INPUT.list | tojson }}", '[1, {"a": "ü"}]'],
  ] as const)("gives the value with its type: %s", ([template, value], { expect }) => {
    expect(render(template, { INPUT })).toEqual(value);
  });

  it.for([
    " {{ INPUT.n }}",
    "{{ INPUT.n }}\n",
    "{{ INPUT.n }}{{ '' }}",
    "{# a #}{{ INPUT.n }}{{ '' }}",
  ])("is text with anything beside it: %j", (template, { expect }) => {
    expect(render(template, { INPUT })).toBeTypeOf("string");
  });
});

describe("values in a text", () => {
  it.for([
    ["a {{ INPUT.yes }}", "a true"],
    ["a {{ INPUT.none }}", "a null"],
    ["a {{ INPUT.list }}", 'a [1, {"a": "ü"}]'],
    ["a {{ 4 / 2 }}", "a 2"],
    ["a {{ [] }}{{ {} }}", "a []{}"],
    ["a {{ INPUT.list | tojson(2) }}", 'a [\n  1,\n  {\n    "a": "ü"\n  }\n]'],
    ["{% for g in [{'k': 1}] | groupby('k') %}{{ g }}{% endfor %}", '[1, [{"k": 1}]]'],
    ["ends with a line break {{ INPUT.n }}\n", "ends with a line break 1\n"],
  ])("are JSON unless they are text: %j", ([template, text], { expect }) => {
    expect(render(template ?? "", { INPUT })).toBe(text);
  });

  it("are no code of their own: what a value holds is not rendered again", ({ expect }) => {
    expect(render("<{{ INPUT }}>", { INPUT: "{{ SECRET }} {% if %}" })).toBe(
      "<{{ SECRET }} {% if %}>",
    );
  });

  it.for(["constructor", "__proto__", "toString", "length", "hasOwnProperty"])(
    "have nothing of JavaScript's prototypes: %s",
    (key, { expect }) => {
      expect(() => render(`{{ INPUT.${key} }}`, { INPUT })).toThrow(`INPUT.${key} is not defined`);
      expect(() => render(`{{ INPUT.list['${key}'] }}`, { INPUT })).toThrow("is not defined");
      expect(() => render(`{{ ${key} }}`, { INPUT })).toThrow(`${key} is not defined`);
      expect(render(`{{ INPUT | length }}{{ '${key}' in INPUT }}`, { INPUT })).toBe("5false");
    },
  );

  it("keep a key __proto__ a key", ({ expect }) => {
    const hostile: unknown = JSON.parse('{"__proto__":{"a":1}}');
    expect(render("{{ INPUT.__proto__.a }}", { INPUT: hostile })).toBe(1);
    expect(JSON.stringify(render("{{ {'__proto__': 1} }}"))).toBe('{"__proto__":1}');
  });
});

describe("what is undefined", () => {
  it.for([
    ["{{ NOPE }}", "NOPE"],
    ["{{ INPUT.nope }}", "INPUT.nope"],
    ["{{ INPUT.nope.deeper[3].still }}", "INPUT.nope"],
    ["{{ INPUT.deep.a[1].b }}", "INPUT.deep.a[1]"],
    ["{{ INPUT['no' ~ 'pe'] }}", "INPUT['no' ~ 'pe']"],
    ["{{ INPUT.none.x }}", "INPUT.none.x"],
    ["{{ INPUT.n.x }}", "INPUT.n.x"],
    ["a {{ INPUT.nope | upper }}", "INPUT.nope"],
    ["{% if INPUT.nope %}{% endif %}", "INPUT.nope"],
    ["{% for x in INPUT.nope %}{% endfor %}", "INPUT.nope"],
    ["{{ [1, INPUT.nope] }}", "INPUT.nope"],
    ["{{ INPUT.nope or 1 }}", "INPUT.nope"],
    ["{{ [] | first }}", "an item of an empty list"],
    ["{{ 1 if false }}", "the value of an if without else"],
  ])("is an error that names it: %s", ([template, name], { expect }) => {
    expect(() => render(template ?? "", { INPUT })).toThrow(
      expect.objectContaining({
        code: "undefined_name",
        message: `${name} is not defined (line 1 of the template)`,
      }),
    );
  });

  it.for([
    ["{{ NOPE is defined }}", false],
    ["{{ INPUT.nope.deeper is defined }}", false],
    ["{{ INPUT.nope.deeper is not defined }}", true],
    ["{{ INPUT.nope.deeper | default(3) }}", 3],
    ["{{ INPUT.none is defined }}", true],
    ["{{ INPUT.nope.a if INPUT.nope is defined else 4 }}", 4],
    ["{{ INPUT.nope is defined and INPUT.nope.a > 1 }}", false],
  ] as const)("can be asked for: %s", ([template, value], { expect }) => {
    expect(render(template, { INPUT })).toBe(value);
  });
});

describe("errors", () => {
  it.for([
    ["a\nb\n{{ 1 + 'x' }}", "a number + a string makes no sense (line 3 of the template)"],
    ["a\n{% for x in 5 %}{% endfor %}", "a number cannot be walked (line 2 of the template)"],
    ["{{ 'a' | indent(1000) }}", "An indentation is 0 to 64 wide (line 1 of the template)"],
    [
      "{{ 'a' | replace('a', 'b', 1, 2) }}",
      "replace takes at most 3 arguments (line 1 of the template)",
    ],
    ["{{ 'a' | replace(nope='b') }}", "replace takes no argument nope (line 1 of the template)"],
    [
      "{{ 'a' | replace('a', old='b') }}",
      "replace takes no second argument old (line 1 of the template)",
    ],
    ["{{ [1] | map('nope') }}", 'there is no "nope" (line 1 of the template)'],
    [
      "{% set x = 1 %}{% set x.a = 2 %}",
      "x is no namespace: only a namespace's keys can be set (line 1 of the template)",
    ],
    ["{{ 9 ** 999 }}", "a number is too large (line 1 of the template)"],
    ["{{ namespace(a=1) }}", "a namespace is not JSON (line 1 of the template)"],
  ])("say what and where: %j", ([template, message], { expect }) => {
    expect(() => render(template ?? "")).toThrow(
      expect.objectContaining({ code: "template_error", message }),
    );
  });
});

describe("a text outside of the basic plane", () => {
  const TEXT = "a😁b😁";

  it.for([
    ["{{ TEXT | length }}", 4],
    ["{{ TEXT[1] }}", "😁"],
    ["{{ TEXT[-1] }}", "😁"],
    ["{{ TEXT[2] }}", "b"],
    ["{{ TEXT[:2] }}", "a😁"],
    ["{{ TEXT[1:] }}", "😁b😁"],
    ["{{ TEXT[-2:] }}", "b😁"],
    ["{{ TEXT[:-1] }}", "a😁b"],
    ["{{ TEXT[::2] }}", "ab"],
    ["{{ TEXT | reverse }}", "😁b😁a"],
    ["{{ TEXT | truncate(3, true, '', 0) }}", "a😁b"],
    ["{{ TEXT | truncate(2, true, '', 0) }}", "a😁"],
    ["{{ TEXT | center(6) }}", " a😁b😁 "],
    ["{{ TEXT.find('b') }}", 2],
    ["{{ TEXT | first ~ TEXT | last }}", "a😁"],
    ["{{ TEXT[9] is defined }}", false],
    ["{{ TEXT[-5] is defined }}", false],
  ] as const)("is cut between characters: %s", ([template, value], { expect }) => {
    expect(render(template, { TEXT })).toBe(value);
  });
});
