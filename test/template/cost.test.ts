/**
 * What every part of the language costs by its budget is what it costs: each filter, test, function,
 * method, operator, expression and statement at sizes made to hurt. The lists are the registries'
 * own, so that none can be missing.
 */
import * as fc from "fast-check";
import { describe, it } from "vitest";

import { TEMPLATE } from "../../src/limits";
import { Budget } from "../../src/template/budget";
import { bind, type Builtin } from "../../src/template/builtins/builtin";
import { FILTERS } from "../../src/template/builtins/filters";
import { FUNCTIONS } from "../../src/template/builtins/global-functions";
import { METHODS } from "../../src/template/builtins/methods";
import { TESTS } from "../../src/template/builtins/tests";
import { toolbox } from "../../src/template/evaluate";
import { arithmetic, holds } from "../../src/template/operators";
import { parseTemplate } from "../../src/template/parse-template";
import { renderTemplate } from "../../src/template/render-template";
import {
  ARITHMETIC_OPERATORS,
  COMPARE_OPERATORS,
  type ExpressionKind,
  type StatementKind,
} from "../../src/template/syntax/syntax-tree";

/** One call on values of hostile sizes; what it makes comes back, what it throws comes through. */
type Call = (values: readonly unknown[], budget: Budget) => unknown;

const RUNS = 25;
const SEED = 20_260_701;
/** A busy machine is given this much before its clock says anything. */
const FREE_MS = 60;
/** A step is 0.2 µs on an idle machine; work that is not counted is a thousand times that. */
const MS_PER_STEP = 0.004;
/** UTF-16 units of text, or items, that one step may make. */
const MADE_PER_STEP = TEMPLATE.charsPerStep;
const FREE_CHARS = 1000;
const LONG = 1_000_000;

const SIZES = fc.constantFrom(0, 1, 10, 1000, 50_000, TEMPLATE.maxItems);

const TEXTS = fc
  .tuple(
    SIZES,
    fc.constantFrom(
      "A",
      "é",
      "a b",
      "\n",
      " ",
      "&",
      "<",
      "<!--",
      "😁",
      "9",
      ".",
      "\u0001",
      "aaaaaaab",
    ),
    fc.constantFrom("", "b", "x y"),
  )
  .map(([length, part, head]) => (head + part.repeat(length)).slice(0, LONG));

const NEEDLES = fc.constantFrom(
  "a",
  "b",
  `b${"a".repeat(500_000)}`,
  "a".repeat(1000),
  "A".repeat(LONG),
);
const SCALARS = fc.constantFrom(0, 1, -1, 2, 7.5, -5, 1e6, 1e15, 1e300, true, false, null);
const NAMES = fc.constantFrom(...FILTERS.keys(), ...TESTS.keys());

const DICTS = fc
  .tuple(SIZES, fc.constantFrom<unknown>(1, "A".repeat(LONG), null))
  .map(([length, value]) =>
    Object.fromEntries(Array.from({ length }, (_, at) => [`k${at}`, value])),
  );
const LISTS = fc
  .tuple(SIZES, fc.oneof(SCALARS, TEXTS, DICTS))
  .map(([length, value]): unknown[] => Array.from({ length }, () => value));
const COUNTING = SIZES.map((length): unknown[] => Array.from({ length }, (_, at) => length - at));
const PREFIXED = SIZES.map((length): unknown[] => {
  const prefix = "p".repeat(100_000);
  return Array.from({ length: Math.min(length, 500) }, (_, at) => `${prefix}${at}`);
});

const VALUES: fc.Arbitrary<unknown> = fc.oneof(
  { arbitrary: fc.oneof(TEXTS, NEEDLES), weight: 4 },
  { arbitrary: fc.oneof(LISTS, COUNTING, PREFIXED), weight: 4 },
  { arbitrary: DICTS, weight: 2 },
  { arbitrary: SCALARS, weight: 2 },
  { arbitrary: NAMES, weight: 1 },
);

function called(name: string, builtin: Builtin): Call {
  return ([input, ...args], budget) => {
    const given = builtin.params.some((param) => param.startsWith("..."))
      ? args
      : args.slice(0, builtin.params.length);
    return builtin.run(input, bind(name, builtin, given, []), toolbox(budget));
  };
}

function rendered(template: string): Call {
  const parsed = parseTemplate(template);
  if (!parsed.ok) {
    throw new Error(`${template}: ${parsed.error.message}`);
  }
  return ([a, b, c], budget) => renderTemplate(parsed.template, { A: a, B: b, C: c }, budget);
}

const EXPRESSIONS: Record<ExpressionKind, string> = {
  literal: "{{ 1 }}",
  list: "{{ [A, B, C] | length }}",
  dict: "{{ {'a': A, 'b': B} | length }}",
  name: "{{ A is defined }}",
  member: "{{ A[B] is defined }}",
  slice: "{{ A[B:C] is defined }}",
  call: "{{ range(A, B) is defined }}",
  method: "{{ A.get(B) is defined }}",
  not: "{{ not A }}",
  sign: "{{ -A is defined }}",
  arithmetic: "{{ A ~ B }}",
  compare: "{{ A == B != C }}",
  logic: "{{ (A and B or C) is defined }}",
  choice: "{{ 1 if A else 2 }}",
  filter: "{{ A | default(B, true) is defined }}",
  test: "{{ A is eq(B) }}",
};

const STATEMENTS: Record<StatementKind, string> = {
  text: "text {# #} more",
  output: "a {{ A }}{{ B }}",
  if: "{% if A %}{% elif B %}{% endif %}",
  for: "{% for a in A if B %}{% else %}{% endfor %}",
  set: "{% set a = A %}{% set b, c = B %}",
  assign: "{% set n = namespace(a=A) %}{% set n.a = B %}",
  capture: "{% set a | upper %}{{ A }}{% endset %}",
  filtered: "{% filter lower %}{{ A }}{% endfilter %}",
  break: "{% for a in A %}{% break %}{% endfor %}",
  continue: "{% for a in A %}{% continue %}{% endfor %}",
};

const CALLS: (readonly [string, Call])[] = [
  ...[...FILTERS].map(([name, builtin]) => [`filter ${name}`, called(name, builtin)] as const),
  ...[...TESTS].map(([name, builtin]) => [`test ${name}`, called(name, builtin)] as const),
  ...[...FUNCTIONS].map(([name, builtin]) => [`function ${name}`, called(name, builtin)] as const),
  ...[...METHODS].map(([name, builtin]) => [`method ${name}`, called(name, builtin)] as const),
  ...ARITHMETIC_OPERATORS.map((operator): readonly [string, Call] => [
    `operator ${operator}`,
    ([a, b], budget) => arithmetic(operator, a, b, budget),
  ]),
  ...COMPARE_OPERATORS.map((operator): readonly [string, Call] => [
    `operator ${operator}`,
    ([a, b], budget) => holds(operator, a, b, budget),
  ]),
  ...Object.entries(EXPRESSIONS).map(
    ([kind, template]) => [`expression ${kind}`, rendered(template)] as const,
  ),
  ...Object.entries(STATEMENTS).map(
    ([kind, template]) => [`statement ${kind}`, rendered(template)] as const,
  ),
];

const REFUSALS = new Set(["BudgetExceeded", "ValueProblem", "TemplateError", "ActionFailure"]);

interface Cost {
  ms: number;
  steps: number;
  made: number;
}

function costOf(call: Call, values: readonly unknown[]): Cost {
  const budget = new Budget();
  const startMs = performance.now();
  let made = 0;
  try {
    made = sizeMade(call(values, budget), values);
  } catch (error) {
    if (!(error instanceof Error) || !REFUSALS.has(error.name)) {
      throw error;
    }
  }
  return { ms: performance.now() - startMs, steps: budget.spentSteps, made };
}

/** Whether the time is within what its steps may take. */
function isPaidFor({ ms, steps }: Cost): boolean {
  return ms <= FREE_MS + steps * MS_PER_STEP;
}

/** Of what was not there before: characters of a text, or items of a list. */
function sizeMade(result: unknown, values: readonly unknown[]): number {
  const isGiven = values.some((value) => value === result || [value].flat().includes(result));
  if (isGiven) {
    return 0;
  }
  return Array.isArray(result) || typeof result === "string" ? result.length : 0;
}

/** Walks all keys again and again, and tells the budget nothing. */
const uncounted: Call = ([dict]) => {
  let found = 0;
  for (let time = 0; time < 50; time += 1) {
    found += Object.keys(Object(dict)).length;
  }
  return found;
};

describe("what a template costs", () => {
  it("would be seen if it were not counted", ({ expect }) => {
    const many = Object.fromEntries(Array.from({ length: 100_000 }, (_, at) => [`k${at}`, at]));
    expect(isPaidFor(costOf(uncounted, [many]))).toBe(false);
  });

  it.for(CALLS)("is counted: %s", ([, call], { expect }) => {
    fc.assert(
      fc.property(fc.tuple(VALUES, VALUES, VALUES), (values) => {
        const cost = costOf(call, values);
        const isPaid = [1, 2, 3].some(() => isPaidFor(costOf(call, values)));
        expect(isPaid, `${cost.ms} ms for ${cost.steps} steps`).toBe(true);
        expect(cost.made).toBeLessThanOrEqual(FREE_CHARS + cost.steps * MADE_PER_STEP);
      }),
      { numRuns: RUNS, seed: SEED, verbose: 0, endOnFailure: true },
    );
  });
});
