/**
 * Templates that want to hang the Worker or eat its memory, and values made for the same. Each must
 * end as an error, soon: the bound is far above what it takes, so that a busy machine passes.
 */
import { describe, it } from "vitest";

import { TEMPLATE } from "../../src/limits";
import { parseTemplate } from "../../src/template/parse-template";
import { render } from "./support";

const SOON_MS = 4000;
const LONG = "x".repeat(1_000_000);
const KEYS = Object.fromEntries(Array.from({ length: 50_000 }, (_, at) => [`k${at}`, at]));

describe("a template that does too much", () => {
  it.for([
    "{% for i in range(100000000) %}x{% endfor %}",
    "{{ range(0, 1000000000, 1) | length }}",
    "{{ range(-1000000000000, 1000000000000) }}",
    "{% for i in range(1000) %}{% for j in range(1000) %}{% for k in range(1000) %}{% endfor %}{% endfor %}{% endfor %}",
    "{% for i in range(100000) %}{% for j in range(100000) %}{{ i }}{% endfor %}{% endfor %}",
    "{{ 'x' * 1000000000 }}",
    "{{ 1000000000 * 'x' }}",
    "{{ [0] * 1000000000 }}",
    "{% set ns = namespace(s='xx') %}{% for i in range(100) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}{{ ns.s }}",
    "{% set ns = namespace(l=[1]) %}{% for i in range(100) %}{% set ns.l = ns.l + ns.l %}{% endfor %}{{ ns.l | length }}",
    "{% set ns = namespace(l=[1]) %}{% for i in range(100) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l }}",
    "{% set ns = namespace(l=[1]) %}{% for i in range(100) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l | tojson(64) }}",
    "{% set a = namespace(l=[1]) %}{% set b = namespace(l=[1]) %}{% for i in range(100) %}{% set a.l = [a.l, a.l] %}{% set b.l = [b.l, b.l] %}{% endfor %}{{ a.l == b.l }}",
    "{% set ns = namespace(l=[1]) %}{% for i in range(60000) %}{% set ns.l = [ns.l] %}{% endfor %}{{ ns.l }}",
    "{{ LONG | replace('x', LONG) }}",
    "{{ LONG.replace('x', LONG) }}",
    "{{ LONG | list | join(LONG) }}",
    "{{ 'x' | center(1000000000) }}",
    "{{ ('\\n' * 100000) | indent(LONG) }}",
    "{{ [1, 2] | batch(1000000000, 0) }}",
    "{{ [1, 2] | tojson(1000000000) }}",
    "{{ LONG ~ LONG }}",
    "{% for i in range(1000) %}{{ LONG }}{% endfor %}",
    "{% for i in range(100000) %}{% if LONG ~ 'y' == LONG %}{% endif %}{% endfor %}",
    "{% for i in range(100000) %}{% if 'y' in LONG %}{% endif %}{% endfor %}",
    "{% for i in range(100000) %}{{ LONG | trim | length }}{% endfor %}",
    "{% for i in range(100000) %}{% set a = LONG.split('y') %}{% endfor %}",
    "{% for i in range(100000) %}{% set a = LONG | upper %}{% endfor %}",
    "{{ range(100000) | unique | length }}",
    "{{ range(100000) | sort(reverse=true) | sort | sort | sort | sort | sort | length }}",
    "{{ [range(100000), range(100000), range(100000), range(100000), range(100000), range(100000)] }}",
    `{{ [${Array.from({ length: 90 }, () => "LONG").join(",")}] }}`,
    "{{ range(100000) | map('replace', 'a', 'b') | list | length }}",
    "{{ ([LONG] * 5000) | max | length }}",
    "{{ ([LONG] * 5000) | min | length }}",
    "{{ ([LONG] * 5000) | sort | length }}",
    "{{ ([LONG] * 5000) | unique | length }}",
    "{{ ([LONG] * 5000) | map('upper') | list | length }}",
    "{{ ([LONG] * 5000) | map(attribute=LONG) | list | length }}",
    "{{ ([LONG] * 5000) | select('lower') | list | length }}",
    "{{ ([LONG] * 5000) | select('lt', LONG) | list | length }}",
    "{% for i in range(100000) %}{% if ([] * 1000000000) %}{% endif %}{% if LONG == LONG ~ '' %}{% endif %}{% endfor %}",
    "{% for i in range(10000) %}{% if ('b' ~ 'x' * 500000) in LONG %}{% endif %}{% endfor %}",
  ])("is stopped: %s", (template, { expect }) => {
    const startMs = performance.now();
    expect(() => render(template, { LONG })).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^template_(limit|error)$/) }),
    );
    expect(performance.now() - startMs).toBeLessThan(SOON_MS);
  });

  it("may ask a large dict many times: its keys are walked once", ({ expect }) => {
    const text =
      "{% for i in range(2000) %}{% if KEYS and KEYS.get('k7') == 7 and 'k8' in KEYS %}" +
      "{{ loop.cycle('a', 'b') }}{% endif %}{% endfor %}";
    expect(render(text, { KEYS })).toBe("ab".repeat(1000));
  });

  it("finds a long text in a long one in linear time", ({ expect }) => {
    const [part, text] = [`b${"a".repeat(400_000)}`, "a".repeat(1_000_000)];
    const startMs = performance.now();
    expect(render("{{ PART in TEXT }}", { PART: part, TEXT: text })).toBe(false);
    expect(
      render("{{ TEXT.find(PART) }}", { PART: part, TEXT: `${text.slice(0, 9)}${part}` }),
    ).toBe(9);
    expect(render("{{ TEXT.split(PART) | length }}", { PART: part, TEXT: part + part })).toBe(3);
    expect(performance.now() - startMs).toBeLessThan(SOON_MS);
  });

  it("is stopped as one whose value is nested beyond the stack", ({ expect }) => {
    let deep: unknown = 1;
    for (let i = 0; i < 100_000; i += 1) {
      deep = [deep];
    }
    for (const template of [
      "{{ DEEP }}",
      "a {{ DEEP }}",
      "{{ DEEP == [DEEP] }}",
      "{{ DEEP | tojson }}",
    ]) {
      expect(() => render(template, { DEEP: deep })).toThrow(
        expect.objectContaining({ code: "template_limit" }),
      );
    }
  });
});

describe("a text that is hard to read", () => {
  const spaces = " ".repeat(TEMPLATE.maxSourceChars - 100);
  const fill = (part: string) => part.repeat(Math.floor(spaces.length / part.length));

  it.for([
    ["spaces", spaces],
    ["spaces in a tag", `{{ 1 ${spaces} }}`],
    ["spaces after a tag", `{{ 1 -}}${spaces}x`],
    ["open tags", fill("{{")],
    ["open statements", fill("{% ")],
    ["raw starts", fill("{% raw %}")],
    ["raw ends that are none", `{% raw %}${fill("{% endra")}`],
    ["open comments", fill("{# ")],
    ["braces", fill("{ ")],
    ["nested ifs", fill("{% if a %}")],
    ["closed blocks", fill("{% if 1 %}{% endif %}")],
    ["brackets", `{{ ${fill("(")} }}`],
    ["lists", `{{ ${fill("[")} }}`],
    ["dicts", `{{ ${fill("{")} }}`],
    ["nots", `{{ ${fill("not ")} 1 }}`],
    ["minuses", `{{ ${fill("- ")} 1 }}`],
    ["a sum", `{{ 1 ${fill("+ 1 ")} }}`],
    ["powers", `{{ 1 ${fill("** 1 ")} }}`],
    ["members", `{{ a${fill(".b")} }}`],
    ["filters", `{{ a${fill("|e")} }}`],
    ["choices", `{{ ${fill("1 if 0 else ")} 1 }}`],
    ["a string", `{{ "${fill("\\\\")}" }}`],
    ["an open string", `{{ "${spaces}`],
    ["digits", `{{ ${fill("9")} }}`],
    ["a name", `{{ ${fill("a")} }}`],
  ] as const)("is read or refused soon: %s", ([, text], { expect }) => {
    const startMs = performance.now();
    const parsed = parseTemplate(text);
    if (parsed.ok) {
      try {
        render(text, { a: 1 });
      } catch (error) {
        expect(error).toMatchObject({ name: "ActionFailure" });
      }
    } else {
      expect(parsed.error.message).not.toBe("");
    }
    expect(performance.now() - startMs).toBeLessThan(SOON_MS);
  });

  it("is refused beyond its length", ({ expect }) => {
    expect(parseTemplate("x".repeat(TEMPLATE.maxSourceChars)).ok).toBe(true);
    expect(parseTemplate("x".repeat(TEMPLATE.maxSourceChars + 1)).ok).toBe(false);
  });

  it.for([
    ["brackets", (depth: number) => `{{ ${"(".repeat(depth)}1${")".repeat(depth)} }}`],
    ["blocks", (depth: number) => "{% if 1 %}".repeat(depth) + "{% endif %}".repeat(depth)],
  ] as const)("may nest to the limit and not beyond: %s", ([, nested], { expect }) => {
    expect(parseTemplate(nested(TEMPLATE.maxNesting - 1)).ok).toBe(true);
    expect(parseTemplate(nested(TEMPLATE.maxNesting)).ok).toBe(false);
  });

  it("is taken apart in tags of bounded length", ({ expect }) => {
    expect(render(`{{ 1${" + 1".repeat(499)} }}`)).toBe(500);
    expect(parseTemplate(`{{ 1${" + 1".repeat(500)} }}`).ok).toBe(false);
  });
});

describe("a value that filters are slow on", () => {
  it.for([
    ["striptags", "<!--".repeat(100_000)],
    ["striptags", "<".repeat(500_000)],
    ["trim", `x${" ".repeat(500_000)}x`],
    ["title", "-".repeat(500_000)],
    ["wordcount", " ".repeat(500_000)],
    ["urlencode", "\ud800".repeat(100_000)],
    ["escape", "&".repeat(100_000)],
    ["int", " ".repeat(500_000)],
    ["truncate", " ".repeat(500_000)],
  ] as const)("is done with soon: %s", ([filter, text], { expect }) => {
    const startMs = performance.now();
    expect(render(`{{ TEXT | ${filter} | string }}`, { TEXT: text })).toBeTypeOf("string");
    expect(performance.now() - startMs).toBeLessThan(SOON_MS);
  });
});
