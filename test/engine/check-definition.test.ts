/** What a deploy refuses, where it says so, and what it lets through. */
import { describe, it } from "vitest";

import type { ActionDefinition } from "../../src/domain/tool";
import { checkDefinition } from "../../src/engine/check-definition";
import { TOOL } from "../../src/limits";
import { action, code, js } from "./run";

const INPUT: ActionDefinition = { name: "INPUT", type: "input" };
const OUTPUT: ActionDefinition = { name: "OUTPUT", type: "output" };
const LOOK = action("knowledge", "LOOK", { query: "{{ INPUT.question }}" });

/** `path message` of each issue of these actions between INPUT and OUTPUT. */
function refusals(...actions: unknown[]): string[] {
  return issuesOf([INPUT, ...actions, OUTPUT]);
}

function issuesOf(actions: unknown): string[] {
  const checked = checkDefinition(actions);
  return checked.ok
    ? []
    : checked.issues.map(({ path, message }) => `${path.slice(1).join(".")} ${message}`.trim());
}

const steps = (count: number) =>
  Array.from({ length: count }, (_, index) => code(`STEP_${index}`, "() => 1"));

const codeOf = (length: number) => code("CODE", "x".repeat(length));

describe("a definition", () => {
  it("may be one that loads a file and asks a model about it", ({ expect }) => {
    const actions = [
      INPUT,
      action("thread", "HISTORY", {}, { config: { limit: 10 } }),
      action("file", "DOC", { file_id: "{{ INPUT.file_id }}" }),
      action(
        "chat",
        "MODEL_CALL",
        {
          instruction: "Answer from this text.\n{{ DOC.text }}",
          messages: "{{ HISTORY.messages }}",
        },
        { config: { provider_id: "openai", model_id: "gpt-4o-mini", use_stream: true } },
      ),
      OUTPUT,
    ];
    expect(issuesOf(actions)).toEqual([]);
  });

  it("comes back as it was written", ({ expect }) => {
    const actions = [INPUT, LOOK, OUTPUT];
    expect(checkDefinition(actions)).toEqual({ ok: true, actions });
  });

  it.for([
    { what: "no list", actions: { INPUT }, issues: ["must be an array, not an object"] },
    {
      what: "an empty list",
      actions: [],
      issues: [
        "must begin with the action INPUT of type input",
        "must end with the action OUTPUT of type output",
      ],
    },
    {
      what: "no INPUT at the start",
      actions: [LOOK, INPUT, OUTPUT],
      issues: [
        "must begin with the action INPUT of type input",
        "must have one input; INPUT is another",
        "0.spec.query reads INPUT, which has not run by then (action LOOK)",
      ],
    },
    {
      what: "no OUTPUT at the end",
      actions: [INPUT, OUTPUT, LOOK],
      issues: [
        "must end with the action OUTPUT of type output",
        "must have one output; OUTPUT is another",
      ],
    },
    {
      what: "an INPUT of another type",
      actions: [{ name: "INPUT", type: "thread" }, OUTPUT],
      issues: ["must begin with the action INPUT of type input"],
    },
    {
      what: "an OUTPUT inside a block",
      actions: [
        INPUT,
        action(
          "if",
          "CHECK",
          { condition: true },
          { actions: [{ name: "EARLY", type: "output" }] },
        ),
        OUTPUT,
      ],
      issues: ["must have one output; EARLY is another"],
    },
  ])("is not $what", ({ actions, issues }, { expect }) => {
    expect(issuesOf(actions)).toEqual(issues);
  });

  it.for(["lower", "1ST", "A-B", "ÄRGER", "", "A".repeat(65)])(
    "has no action named %o",
    (name, { expect }) => {
      const [issue, ...others] = refusals({ ...LOOK, name });
      expect(issue).toMatch(/^1\.name must be /);
      expect(others).toEqual([]);
    },
  );

  it("has no two actions of one name, nested ones included", ({ expect }) => {
    const block = action("if", "CHECK", { condition: true }, { actions: [LOOK] });
    expect(refusals(LOOK, block)).toEqual([
      "2.actions.0.name must be unique in the tool; LOOK is not",
    ]);
  });

  it("names fields and types that it does not know", ({ expect }) => {
    expect(refusals({ ...LOOK, specs: {} })).toEqual(["1.specs is not a known field"]);
    expect(refusals({ ...LOOK, type: "websearch" })[0]).toMatch(/^1\.type must be one of "input"/);
  });

  it("holds as many actions as it may, and not one more", ({ expect }) => {
    const ends = 2;
    expect(refusals(...steps(TOOL.maxActions - ends))).toEqual([]);
    expect(refusals(...steps(TOOL.maxActions - ends + 1))).toEqual([
      `must be at most ${TOOL.maxActions} actions, nested ones counted, not ${TOOL.maxActions + 1}`,
    ]);
  });

  it("is at most so many bytes of JSON", ({ expect }) => {
    const bare = JSON.stringify([INPUT, codeOf(0), OUTPUT]).length;
    const room = TOOL.maxDefinitionBytes - bare;
    // An empty source is none, so its issue tells the sizes apart.
    expect(refusals(codeOf(room))).toEqual([]);
    expect(refusals(codeOf(room + 1))[0]).toMatch(/^must be at most \d+ bytes of JSON/);
  });

  it("nests blocks as deep as it may, and not one deeper", ({ expect }) => {
    const nested = (depth: number): ActionDefinition =>
      depth === 0
        ? code("INNERMOST", "() => 1")
        : action("if", `IF_${depth}`, { condition: true }, { actions: [nested(depth - 1)] });
    expect(refusals(nested(TOOL.maxNesting))).toEqual([]);
    expect(refusals(nested(TOOL.maxNesting + 1))[0]).toMatch(/is more than 5 blocks deep$/);
  });

  it("has bodies in its blocks and nowhere else", ({ expect }) => {
    const body = { actions: [code("INNER", "() => 1")] };
    expect(refusals(action("loop", "LOOP", { condition: true }))).toEqual([
      "1.actions is required: LOOP is a block (loop)",
    ]);
    expect(refusals({ ...LOOK, ...body })).toEqual([
      "1.actions is for if, loop and map; LOOK is none",
    ]);
    const other = [code("OTHER", "() => 1")];
    expect(refusals({ ...action("map", "MAP", { over: [1] }, body), else: other })).toEqual([
      "1.else is for if; MAP is none",
    ]);
  });
});

describe("a spec and a config", () => {
  it.for([
    {
      of: action("knowledge", "LOOK", { query: "a", top_k: 3 }),
      issues: ["1.spec.top_k is not a known field (action LOOK)"],
    },
    {
      of: action("knowledge", "LOOK"),
      issues: ["1.spec.query is required: a string (action LOOK)"],
    },
    {
      of: action("knowledge", "LOOK", { query: 7 }),
      issues: ["1.spec.query must be a string, not a number (action LOOK)"],
    },
    {
      of: action("knowledge", "LOOK", { query: "a" }, { config: { top_k: 51, topk: 1 } }),
      issues: [
        "1.config.top_k must be at most 50 (action LOOK)",
        "1.config.topk is not a known field (action LOOK)",
      ],
    },
    {
      of: action("thread", "HISTORY", {}, { config: { limit: 0, roles: ["tool"] } }),
      issues: [
        "1.config.limit must be at least 1 (action HISTORY)",
        '1.config.roles.0 must be one of "user", "assistant", "system" (action HISTORY)',
      ],
    },
    {
      of: action("tool", "CALL", { tool_id: "nope" }),
      issues: ["1.spec.tool_id must be the id of a tool: 20 hex digits (action CALL)"],
    },
  ])("are refused by the place: $issues", ({ of, issues }, { expect }) => {
    expect(refusals(of)).toEqual(issues);
  });

  it.for([
    action("tool", "CALL", { tool_id: "{{ INPUT.id }}", inputs: "{{ INPUT.rows }}" }),
    action("tool", "CALL", { tool_id: js("() => 'a'"), inputs: [js("() => ({})")] }),
    action("tool", "CALL", { tool_id: "a{{ INPUT.rest }}" }),
    action("if", "CHECK", { condition: "{{ INPUT.yes }}" }, { actions: [LOOK] }),
    action("map", "MAP", { over: js("() => [1]"), repeat: "{{ INPUT.n }}" }, { actions: [LOOK] }),
    action("curl", "GET", { url: "https://{{ INPUT.host }}/", headers: { a: "{{ INPUT.a }}" } }),
    code("CODE", "() => ({ a: '{{ braces of its own }}' })"),
  ])("may leave to the run what templates and code make: %o", (of, { expect }) => {
    expect(refusals(of)).toEqual([]);
  });

  it.for([{ $js: 5 }, { $js: "() => 1", and: "more" }])(
    "hold code as nothing but its source: %o",
    (value, { expect }) => {
      const issues = refusals(action("output", "EARLY", { value }));
      expect(issues).toContainEqual(expect.stringMatching(/^1\.spec\.value .*"\$js"/));
    },
  );

  it("are refused where a text can never become what is wanted", ({ expect }) => {
    const check = action("if", "CHECK", { condition: "is {{ INPUT.yes }}" }, { actions: [LOOK] });
    expect(refusals(check)).toEqual([
      "1.spec.condition must be a boolean, not a string (action CHECK)",
    ]);
  });
});

const reads = (name: string, of: string) =>
  action("knowledge", name, { query: `{{ ${of} | string }}` });

const late = (at: string, of: string) =>
  `${at}.spec.query reads ${of}, which has not run by then (action LOOK)`;

const BODY = { actions: [code("INNER", "() => 1")] };

describe("a reference", () => {
  const yes = { condition: true };

  it.for([
    {
      what: "no action",
      actions: [reads("LOOK", "NOBODY")],
      issues: ["1.spec.query reads NOBODY, which is no action of this tool (action LOOK)"],
    },
    { what: "itself", actions: [reads("LOOK", "LOOK")], issues: [late("1", "LOOK")] },
    {
      what: "what comes later",
      actions: [reads("LOOK", "LATER"), reads("LATER", "INPUT")],
      issues: [late("1", "LATER")],
    },
    { what: "OUTPUT", actions: [reads("LOOK", "OUTPUT")], issues: [late("1", "OUTPUT")] },
    {
      what: "the other branch",
      actions: [
        action("if", "IF", yes, {
          actions: [reads("THEN", "INPUT")],
          else: [reads("LOOK", "THEN")],
        }),
      ],
      issues: [late("1.else.0", "THEN")],
    },
    {
      what: "a later action of its own iteration",
      actions: [
        action(
          "map",
          "MAP",
          { over: [1] },
          { actions: [reads("LOOK", "NEXT"), reads("NEXT", "MAP")] },
        ),
      ],
      issues: [late("1.actions.0", "NEXT")],
    },
    {
      what: "the inside of a block before it",
      actions: [
        reads("LOOK", "INNER"),
        action("if", "IF", yes, { actions: [reads("INNER", "INPUT")] }),
      ],
      issues: [late("1", "INNER")],
    },
  ])("to $what is refused", ({ actions, issues }, { expect }) => {
    expect(refusals(...actions)).toEqual(issues);
  });

  it.for([
    { what: "what came before", actions: [reads("A", "INPUT"), reads("B", "A")] },
    {
      what: "a branch that is over",
      actions: [action("if", "IF", yes, { actions: [reads("A", "IF")] }), reads("B", "A")],
    },
    {
      what: "what a loop's pass before has left",
      actions: [
        action(
          "loop",
          "LOOP",
          { condition: "{{ B is not defined }}" },
          { actions: [reads("A", "B"), reads("B", "LOOP")] },
        ),
      ],
    },
    {
      what: "the item of a map",
      actions: [action("map", "MAP", { over: [1] }, { actions: [reads("A", "MAP")] })],
    },
    {
      what: "names of the template's own",
      actions: [
        action("knowledge", "A", {
          query: "{% for n in INPUT.list %}{{ n }}{{ loop.index }}{% endfor %}{{ range(2) }}",
        }),
      ],
    },
  ])("to $what is fine", ({ actions }, { expect }) => {
    expect(refusals(...actions)).toEqual([]);
  });

  it("in a broken template is told as the template's fault", ({ expect }) => {
    const [issue, ...others] = refusals(action("knowledge", "LOOK", { query: "{{ INPUT." }));
    expect(issue).toMatch(/^1\.spec\.query .*line 1 of the template/);
    expect(others).toEqual([]);
  });
});

const files = (count: number) => action("file", "A", { file_id: Array(count).fill("f") });
const mapOf = (repeat: number) => action("map", "A", { over: [1], repeat }, BODY);

describe("a limit", () => {
  it.for([
    { field: "limit", of: "thread", spec: {}, min: 1, max: 100 },
    { field: "top_k", of: "knowledge", spec: { query: "q" }, min: 1, max: 50 },
    { field: "timeout_ms", of: "code", spec: { code: "() => 1" }, min: 1, max: 10_000 },
    { field: "timeout_ms", of: "curl", spec: { url: "https://a.example" }, min: 1, max: 120_000 },
    { field: "max_bytes", of: "curl", spec: { url: "https://a.example" }, min: 1, max: 4_194_304 },
    {
      field: "timeout_ms",
      of: "browser",
      spec: { url: "https://a.example" },
      min: 1,
      max: 120_000,
    },
    { field: "max_chars", of: "file", spec: { file_id: "f" }, min: 1, max: 340_000 },
    { field: "limit", of: "data", spec: { file_id: "f" }, min: 1, max: 100_000 },
    { field: "max_iterations", of: "loop", spec: { condition: true }, min: 1, max: 32 },
    { field: "concurrency", of: "map", spec: { over: [1] }, min: 1, max: 64 },
  ] as const)("of $of.$field is kept at both ends", ({ field, of, spec, min, max }, { expect }) => {
    const isBlock = of === "loop" || of === "map";
    const issuesAt = (value: number) =>
      refusals(action(of, "A", spec, { config: { [field]: value }, ...(isBlock ? BODY : {}) }));
    expect(issuesAt(min)).toEqual([]);
    expect(issuesAt(max)).toEqual([]);
    expect(issuesAt(min - 1)).toEqual([`1.config.${field} must be at least ${min} (action A)`]);
    expect(issuesAt(max + 1)).toEqual([`1.config.${field} must be at most ${max} (action A)`]);
    expect(issuesAt(min + 0.5)).toHaveLength(1);
  });

  it("of a spec is kept where the spec is not left to the run", ({ expect }) => {
    expect(refusals(files(10))).toEqual([]);
    expect(refusals(files(11))).toHaveLength(1);
    expect(refusals(mapOf(64))).toEqual([]);
    expect(refusals(mapOf(65))).toEqual(["1.spec.repeat must be at most 64 (action A)"]);
    expect(refusals(mapOf(-1))).toEqual(["1.spec.repeat must be at least 0 (action A)"]);
  });
});
