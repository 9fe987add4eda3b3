import { describe, it } from "vitest";

import { inspectValue } from "../../src/template/inspect-value";
import { resolveValue, type Scope } from "../../src/template/resolve-value";

function scope(names: Record<string, unknown>): Scope & { ran: string[] } {
  const ran: string[] = [];
  return {
    names,
    ran,
    runJs: async (source) => {
      ran.push(source);
      return { from: source };
    },
  };
}

describe("resolving a spec", () => {
  it("renders strings, runs $js and leaves the rest", async ({ expect }) => {
    const spec = {
      url: "https://a.example/{{ INPUT.id }}",
      headers: { "X-Plain": "plain { text }", "X-{{ not }}": "1" },
      body: { list: ["{{ INPUT.list }}", 1, null, true], nested: { js: { $js: "(env) => 1" } } },
      n: 5,
    };
    const world = scope({ INPUT: { id: 7, list: [1, 2] } });
    expect(await resolveValue(spec, world)).toEqual({
      url: "https://a.example/7",
      headers: { "X-Plain": "plain { text }", "X-{{ not }}": "1" },
      body: { list: [[1, 2], 1, null, true], nested: { js: { from: "(env) => 1" } } },
      n: 5,
    });
    expect(world.ran).toEqual(["(env) => 1"]);
  });

  it("does not render what a value brought in", async ({ expect }) => {
    const world = scope({ INPUT: { evil: "{{ SECRET }}", js: { $js: "steal()" } } });
    expect(await resolveValue({ a: "{{ INPUT.evil }}", b: "{{ INPUT.js }}" }, world)).toEqual({
      a: "{{ SECRET }}",
      b: { $js: "steal()" },
    });
    expect(world.ran).toEqual([]);
  });

  it("keeps a key __proto__ a key", async ({ expect }) => {
    const spec: unknown = JSON.parse('{"__proto__":"{{ INPUT }}"}');
    expect(JSON.stringify(await resolveValue(spec, scope({ INPUT: 1 })))).toBe('{"__proto__":1}');
  });

  it("says which template is broken or undefined", async ({ expect }) => {
    await expect(resolveValue({ a: ["{{ A.b }}"] }, scope({ A: {} }))).rejects.toThrow(
      "A.b is not defined",
    );
    await expect(resolveValue("{{ ", scope({}))).rejects.toThrow(
      expect.objectContaining({ code: "template_syntax_error" }),
    );
  });

  it("lets a short spec name a large output only so often", async ({ expect }) => {
    const world = scope({ BIG: "x".repeat(900_000) });
    const four = ["{{ BIG }}", "{{ BIG }}", "{{ BIG }}", "{{ BIG }}"];
    expect(await resolveValue(four, world)).toHaveLength(4);
    await expect(resolveValue([...four, "{{ BIG }}"], world)).rejects.toThrow(
      expect.objectContaining({ code: "template_limit" }),
    );
  });

  it("counts the work of all templates together", async ({ expect }) => {
    const work = "{% for i in range(60000) %}{{ i }}{% endfor %}";
    expect(await resolveValue([work], scope({}))).toHaveLength(1);
    await expect(resolveValue([work, work, work, work], scope({}))).rejects.toThrow(
      expect.objectContaining({ code: "template_limit" }),
    );
  });

  it("lets others have their turn between templates that do much", async ({ expect }) => {
    const work = "{% for i in range(20000) %}{{ i }}{% endfor %}";
    const order: string[] = [];
    const resolved = resolveValue([work, work], scope({})).then(() => order.push("resolved"));
    setTimeout(() => order.push("another"), 0);
    await resolved;
    expect(order).toEqual(["another", "resolved"]);
  });

  it("gives the same for a template met again, and for a thousand others between", async ({
    expect,
  }) => {
    const world = scope({ INPUT: 1 });
    const first = await resolveValue("first {{ INPUT }}", world);
    for (let n = 0; n < 1000; n += 1) {
      expect(await resolveValue(`${n} {{ INPUT }}`, world)).toBe(`${n} 1`);
    }
    expect(await resolveValue("first {{ INPUT }}", world)).toBe(first);
  });
});

describe("inspecting a spec", () => {
  it("lists what each template reads, with its path", ({ expect }) => {
    const spec = {
      a: "{{ INPUT.x }}",
      b: [{ c: "{{ DOC }} and {{ INPUT }}" }],
      d: { $js: "(env) => {{" },
    };
    expect(inspectValue(spec, ["spec"])).toEqual({
      issues: [],
      references: [
        { name: "INPUT", path: ["spec", "a"] },
        { name: "DOC", path: ["spec", "b", 0, "c"] },
        { name: "INPUT", path: ["spec", "b", 0, "c"] },
      ],
    });
  });

  it("reports broken templates and malformed $js, and goes on", ({ expect }) => {
    const spec = {
      a: "one\n{{ a b }}",
      b: { $js: 5 },
      c: { $js: "() => 1", more: 1 },
      d: "{{ OK }}",
    };
    expect(inspectValue(spec)).toEqual({
      issues: [
        {
          path: ["a"],
          message: 'Here should be the end of the tag; there is "b" (line 2 of the template).',
        },
        {
          path: ["b"],
          message: 'An object with "$js" holds its source as a string and nothing else.',
        },
        {
          path: ["c"],
          message: 'An object with "$js" holds its source as a string and nothing else.',
        },
      ],
      references: [{ name: "OK", path: ["d"] }],
    });
  });
});

describe("a template that takes long", () => {
  it("lets others have their turn between its statements", async ({ expect }) => {
    let turns = 0;
    const clock = setInterval(() => (turns += 1), 0);
    const text = "{% for i in range(25000) %}{% if i > 5 %}{{ i + 1 }}{% endif %}{% endfor %}";
    expect(await resolveValue(text, scope({}))).toMatch(/^789.*25000$/);
    clearInterval(clock);
    expect(turns).toBeGreaterThan(3);
  });
});
