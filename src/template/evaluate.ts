/** What an expression is worth. */
import type { Budget } from "./budget";
import {
  bind,
  asInteger,
  asString,
  type Builtin,
  type Builtins,
  type Toolbox,
} from "./builtins/builtin";
import { FILTERS, TAKES_UNDEFINED } from "./builtins/filters";
import { FUNCTIONS } from "./builtins/global-functions";
import { METHODS } from "./builtins/methods";
import { TESTS, TESTS_UNDEFINED } from "./builtins/tests";
import { arithmetic, holds } from "./operators";
import { characterAt, sliceText } from "./python-text";
import type { Arguments, Expression, ExpressionKind, FilterCall } from "./syntax/syntax-tree";
import { TemplateError } from "./template-error";
import { isDict, isTrue, itemsOf, Namespace, typeName, Undefined, ValueProblem } from "./values";

/** The names at one place of a template; an inner scope hides the outer's. */
export class Scope {
  readonly #own = new Map<string, unknown>();
  readonly #outer: Scope | Readonly<Record<string, unknown>>;

  constructor(outer: Scope | Readonly<Record<string, unknown>>) {
    this.#outer = outer;
  }

  set(name: string, value: unknown): void {
    this.#own.set(name, value);
  }

  get(name: string): unknown {
    if (this.#own.has(name)) {
      return this.#own.get(name);
    }
    if (this.#outer instanceof Scope) {
      return this.#outer.get(name);
    }
    return Object.hasOwn(this.#outer, name) ? this.#outer[name] : undefined;
  }
}

/** Where an expression stands. */
export interface EvalContext {
  text: string;
  scope: Scope;
  tools: Toolbox;
}

type Evaluators = { [K in ExpressionKind]: (node: Expression<K>, context: EvalContext) => unknown };

const EVALUATORS: Evaluators = {
  literal: ({ value }) => value,
  list: ({ items }, context) => items.map((item) => evaluate(item, context)),
  dict: ({ entries }, context) =>
    Object.fromEntries(
      entries.map(([key, value]) => [
        asString(evaluate(key, context), "a key"),
        evaluate(value, context),
      ]),
    ),
  name: ({ name }, { scope }) => orUndefined(scope.get(name), name),
  member,
  slice,
  call: ({ name, args }, context) => {
    // Any names at all: they become the keys.
    const isKeyed = name === "namespace" || name === "dict";
    return isKeyed && args.named.length > 0
      ? invoke(
          FUNCTIONS,
          name,
          null,
          [Object.fromEntries(namedOf(args, context))],
          [],
          context.tools,
        )
      : invoke(
          FUNCTIONS,
          name,
          null,
          positionalOf(args, context),
          namedOf(args, context),
          context.tools,
        );
  },
  method: ({ object, name, args }, context) =>
    invoke(
      METHODS,
      name,
      evaluate(object, context),
      positionalOf(args, context),
      namedOf(args, context),
      context.tools,
    ),
  not: ({ operand }, context) => !isTrue(evaluate(operand, context), context.tools.budget),
  sign: ({ operator, operand }, context) =>
    arithmetic(operator, 0, evaluate(operand, context), context.tools.budget),
  arithmetic: ({ operator, left, right }, context) =>
    arithmetic(operator, evaluate(left, context), evaluate(right, context), context.tools.budget),
  compare: ({ first, rest }, context) => {
    let left = evaluate(first, context);
    return rest.every(({ operator, right }) => {
      const value = evaluate(right, context);
      const isSo = holds(operator, left, value, context.tools.budget);
      left = value;
      return isSo;
    });
  },
  logic: ({ operator, left, right }, context) => {
    const value = evaluate(left, context);
    return isTrue(value, context.tools.budget) === (operator === "or")
      ? value
      : evaluate(right, context);
  },
  choice: ({ test, chosen, otherwise }, context) => {
    const branch = isTrue(evaluate(test, context), context.tools.budget) ? chosen : otherwise;
    return branch ? look(branch, context) : new Undefined("the value of an if without else");
  },
  filter: ({ input, call }, context) => {
    const value = TAKES_UNDEFINED.has(call.name) ? look(input, context) : evaluate(input, context);
    return applyFilter(call, value, context);
  },
  test: ({ input, name, args, negated }, context) => {
    const value = TESTS_UNDEFINED.has(name) ? look(input, context) : evaluate(input, context);
    const isSo = invoke(
      TESTS,
      name,
      value,
      positionalOf(args, context),
      namedOf(args, context),
      context.tools,
    );
    return isSo !== negated;
  },
};

/** The value, which may be undefined: for what asks whether it is. */
function look<K extends ExpressionKind>(node: Expression<K>, context: EvalContext): unknown {
  try {
    context.tools.budget.charge(1);
    return EVALUATORS[node.kind](node, context);
  } catch (error) {
    throw error instanceof ValueProblem
      ? new TemplateError("value", error.message, node.at)
      : error;
  }
}

/** The value; undefined is an error that names what is. */
export function evaluate(node: Expression, context: EvalContext): unknown {
  const value = look(node, context);
  if (value instanceof Undefined) {
    throw new TemplateError("undefined", `${value.path} is not defined`, node.at);
  }
  return value;
}

export function applyFilter(call: FilterCall, input: unknown, context: EvalContext): unknown {
  const { name, args } = call;
  return invoke(
    FILTERS,
    name,
    input,
    positionalOf(args, context),
    namedOf(args, context),
    context.tools,
  );
}

export function toolbox(budget: Budget): Toolbox {
  const tools: Toolbox = {
    budget,
    filter: (name, input, args) =>
      invoke(FILTERS, asString(name, "a filter's name"), input, args, [], tools),
    test: (name, input, args) =>
      invoke(TESTS, asString(name, "a test's name"), input, args, [], tools),
  };
  return tools;
}

function invoke<Result>(
  builtins: Builtins<Result>,
  name: string,
  input: unknown,
  positional: readonly unknown[],
  named: readonly (readonly [string, unknown])[],
  tools: Toolbox,
): Result {
  const builtin: Builtin<Result> | undefined = builtins.get(name);
  if (!builtin) {
    throw new ValueProblem(`there is no ${JSON.stringify(name)}`);
  }
  tools.budget.charge(1 + positional.length + named.length);
  return builtin.run(input, bind(name, builtin, positional, named), tools);
}

function positionalOf(args: Arguments, context: EvalContext): unknown[] {
  return args.positional.map((arg) => evaluate(arg, context));
}

function namedOf(args: Arguments, context: EvalContext): [string, unknown][] {
  return args.named.map(([name, arg]) => [name, evaluate(arg, context)]);
}

function orUndefined(value: unknown, path: string): unknown {
  return value === undefined ? new Undefined(path) : value;
}

/** Own keys alone: nothing of JavaScript's prototypes is in a template's reach. */
function member(node: Expression<"member">, context: EvalContext): unknown {
  const object = look(node.object, context);
  if (object instanceof Undefined) {
    return object;
  }
  const key = evaluate(node.key, context);
  return orUndefined(
    readKey(object, key, context.tools.budget),
    context.text.slice(node.at, node.end),
  );
}

function readKey(object: unknown, key: unknown, budget: Budget): unknown {
  if (object instanceof Namespace) {
    return object.values.get(String(key));
  }
  if (typeof key === "number") {
    return typeof object === "string"
      ? characterAt(object, key, budget)
      : Array.isArray(object)
        ? object.at(key)
        : undefined;
  }
  return isDict(object) && typeof key === "string" && Object.hasOwn(object, key)
    ? object[key]
    : undefined;
}

function slice({ object, from, to, step }: Expression<"slice">, context: EvalContext): unknown {
  const whole = evaluate(object, context);
  if (!Array.isArray(whole) && typeof whole !== "string") {
    throw new ValueProblem(`${typeName(whole)} cannot be sliced`);
  }
  const bound = (node: Expression | null): number | null => {
    const value = node ? evaluate(node, context) : null;
    return value === null ? null : asInteger(value, "a bound");
  };
  const [start, stop, stride] = [bound(from), bound(to), bound(step) ?? 1];
  const { budget } = context.tools;
  if (stride !== 1) {
    const picked = strided(itemsOf(whole, budget), start, stop, stride);
    return typeof whole === "string" ? picked.join("") : picked;
  }
  if (typeof whole === "string") {
    return sliceText(whole, start ?? 0, stop, budget);
  }
  budget.items(whole.length);
  return whole.slice(start ?? 0, stop ?? whole.length);
}

function strided(
  whole: readonly unknown[],
  start: number | null,
  stop: number | null,
  step: number,
): unknown[] {
  if (step === 0) {
    throw new ValueProblem("a slice's step must not be 0");
  }
  const [low, high] = step > 0 ? [0, whole.length] : [-1, whole.length - 1];
  const clamp = (bound: number) =>
    Math.min(Math.max(bound < 0 ? bound + whole.length : bound, low), high);
  const first = start === null ? (step > 0 ? low : high) : clamp(start);
  const last = stop === null ? (step > 0 ? high : low) : clamp(stop);
  const picked: unknown[] = [];
  for (let at = first; step > 0 ? at < last : at > last; at += step) {
    picked.push(whole[at]);
  }
  return picked;
}
