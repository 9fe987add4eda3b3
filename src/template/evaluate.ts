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
export interface Frame {
  text: string;
  scope: Scope;
  tools: Toolbox;
}

type Evaluators = { [K in ExpressionKind]: (node: Expression<K>, frame: Frame) => unknown };

const EVALUATORS: Evaluators = {
  literal: ({ value }) => value,
  list: ({ items }, frame) => items.map((item) => evaluate(item, frame)),
  dict: ({ entries }, frame) =>
    Object.fromEntries(
      entries.map(([key, value]) => [
        asString(evaluate(key, frame), "a key"),
        evaluate(value, frame),
      ]),
    ),
  name: ({ name }, { scope }) => orUndefined(scope.get(name), name),
  member,
  slice,
  call: ({ name, args }, frame) => {
    // Any names at all: they become the keys.
    const isKeyed = name === "namespace" || name === "dict";
    return isKeyed && args.named.length > 0
      ? invoke(FUNCTIONS, name, null, [Object.fromEntries(namedOf(args, frame))], [], frame.tools)
      : invoke(FUNCTIONS, name, null, positionalOf(args, frame), namedOf(args, frame), frame.tools);
  },
  method: ({ object, name, args }, frame) =>
    invoke(
      METHODS,
      name,
      evaluate(object, frame),
      positionalOf(args, frame),
      namedOf(args, frame),
      frame.tools,
    ),
  not: ({ operand }, frame) => !isTrue(evaluate(operand, frame), frame.tools.budget),
  sign: ({ operator, operand }, frame) =>
    arithmetic(operator, 0, evaluate(operand, frame), frame.tools.budget),
  arithmetic: ({ operator, left, right }, frame) =>
    arithmetic(operator, evaluate(left, frame), evaluate(right, frame), frame.tools.budget),
  compare: ({ first, rest }, frame) => {
    let left = evaluate(first, frame);
    return rest.every(({ operator, right }) => {
      const value = evaluate(right, frame);
      const isSo = holds(operator, left, value, frame.tools.budget);
      left = value;
      return isSo;
    });
  },
  logic: ({ operator, left, right }, frame) => {
    const value = evaluate(left, frame);
    return isTrue(value, frame.tools.budget) === (operator === "or")
      ? value
      : evaluate(right, frame);
  },
  choice: ({ test, chosen, otherwise }, frame) => {
    const branch = isTrue(evaluate(test, frame), frame.tools.budget) ? chosen : otherwise;
    return branch ? look(branch, frame) : new Undefined("the value of an if without else");
  },
  filter: ({ input, call }, frame) => {
    const value = TAKES_UNDEFINED.has(call.name) ? look(input, frame) : evaluate(input, frame);
    return applyFilter(call, value, frame);
  },
  test: ({ input, name, args, negated }, frame) => {
    const value = TESTS_UNDEFINED.has(name) ? look(input, frame) : evaluate(input, frame);
    const isSo = invoke(
      TESTS,
      name,
      value,
      positionalOf(args, frame),
      namedOf(args, frame),
      frame.tools,
    );
    return isSo !== negated;
  },
};

/** The value, which may be undefined: for what asks whether it is. */
function look<K extends ExpressionKind>(node: Expression<K>, frame: Frame): unknown {
  try {
    frame.tools.budget.charge(1);
    return EVALUATORS[node.kind](node, frame);
  } catch (error) {
    throw error instanceof ValueProblem
      ? new TemplateError("value", error.message, node.at)
      : error;
  }
}

/** The value; undefined is an error that names what is. */
export function evaluate(node: Expression, frame: Frame): unknown {
  const value = look(node, frame);
  if (value instanceof Undefined) {
    throw new TemplateError("undefined", `${value.path} is not defined`, node.at);
  }
  return value;
}

export function applyFilter(call: FilterCall, input: unknown, frame: Frame): unknown {
  const { name, args } = call;
  return invoke(FILTERS, name, input, positionalOf(args, frame), namedOf(args, frame), frame.tools);
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

function positionalOf(args: Arguments, frame: Frame): unknown[] {
  return args.positional.map((arg) => evaluate(arg, frame));
}

function namedOf(args: Arguments, frame: Frame): [string, unknown][] {
  return args.named.map(([name, arg]) => [name, evaluate(arg, frame)]);
}

function orUndefined(value: unknown, path: string): unknown {
  return value === undefined ? new Undefined(path) : value;
}

/** Own keys alone: nothing of JavaScript's prototypes is in a template's reach. */
function member(node: Expression<"member">, frame: Frame): unknown {
  const object = look(node.object, frame);
  if (object instanceof Undefined) {
    return object;
  }
  const key = evaluate(node.key, frame);
  return orUndefined(readKey(object, key, frame.tools.budget), frame.text.slice(node.at, node.end));
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

function slice({ object, from, to, step }: Expression<"slice">, frame: Frame): unknown {
  const whole = evaluate(object, frame);
  if (!Array.isArray(whole) && typeof whole !== "string") {
    throw new ValueProblem(`${typeName(whole)} cannot be sliced`);
  }
  const bound = (node: Expression | null): number | null => {
    const value = node ? evaluate(node, frame) : null;
    return value === null ? null : asInteger(value, "a bound");
  };
  const [start, stop, stride] = [bound(from), bound(to), bound(step) ?? 1];
  const { budget } = frame.tools;
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
