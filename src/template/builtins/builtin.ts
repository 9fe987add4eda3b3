/** What filters, tests, methods and functions have in common. */
import type { Budget } from "../budget";
import { isDict, typeName, ValueProblem } from "../values";

/** One argument a parameter, by its name; absent where the template gives none. */
export type Bound = Readonly<Record<string, unknown>>;

/** What a builtin may use besides its arguments. */
export interface Toolbox {
  budget: Budget;
  /** Another filter or test by its name, for those that take one: `map("upper")`, `select("odd")`. */
  filter(name: unknown, input: unknown, args: readonly unknown[]): unknown;
  test(name: unknown, input: unknown, args: readonly unknown[]): boolean;
}

export interface Builtin<Result = unknown> {
  /**
   * Names of the parameters in their order. One with `...` takes the other positional arguments as
   * a list; those behind it can be given by name alone.
   */
  params: readonly string[];
  run(input: unknown, args: Bound, tools: Toolbox): Result;
}

export type Builtins<Result = unknown> = ReadonlyMap<string, Builtin<Result>>;

/** The name of the arguments that `...` takes. */
const REST = "...";

/** Puts arguments to their parameters' names, as Python does. */
export function bind(
  name: string,
  { params }: Pick<Builtin, "params">,
  positional: readonly unknown[],
  named: readonly (readonly [string, unknown])[],
): Bound {
  const bound: Record<string, unknown> = {};
  const restAt = params.findIndex((param) => param.startsWith(REST));
  const places = restAt === -1 ? params : params.slice(0, restAt);
  if (restAt !== -1) {
    bound[REST] = positional.slice(restAt);
  } else if (positional.length > params.length) {
    throw new ValueProblem(`${name} takes at most ${params.length} arguments`);
  }
  for (const [at, param] of places.slice(0, positional.length).entries()) {
    bound[param] = positional[at];
  }
  for (const [param, value] of named) {
    if (!params.includes(param) || param in bound) {
      throw new ValueProblem(
        `${name} takes no ${param in bound ? "second " : ""}argument ${param}`,
      );
    }
    bound[param] = value;
  }
  return bound;
}

/** What `...` took. */
export function restOf(bound: Bound): readonly unknown[] {
  const rest = bound[REST];
  return Array.isArray(rest) ? rest : [];
}

export function asString(value: unknown, what: string): string {
  if (typeof value !== "string") {
    throw new ValueProblem(`${what} must be a string; it is ${typeName(value)}`);
  }
  return value;
}

export function asNumber(value: unknown, what: string): number {
  if (typeof value !== "number") {
    throw new ValueProblem(`${what} must be a number; it is ${typeName(value)}`);
  }
  return value;
}

export function asInteger(value: unknown, what: string): number {
  const number = asNumber(value, what);
  if (!Number.isInteger(number)) {
    throw new ValueProblem(`${what} must be a whole number; it is ${number}`);
  }
  return number;
}

/**
 * Reads what an `attribute` argument names, a key or a path of keys with dots; undefined where it leads
 * nowhere.
 */
export function attributeReader(path: unknown, budget: Budget): (value: unknown) => unknown {
  const keys = typeof path === "number" ? [String(path)] : pathOf(path, budget);
  const chars = keys.reduce((sum, key) => sum + key.length, 0);
  return (value) => {
    budget.charge(keys.length);
    budget.chars(chars);
    let at = value;
    for (const key of keys) {
      at =
        (isDict(at) || Array.isArray(at)) && Object.hasOwn(at, key)
          ? Reflect.get(at, key)
          : undefined;
    }
    return at;
  };
}

function pathOf(path: unknown, budget: Budget): string[] {
  const text = asString(path, "attribute");
  budget.worked(text.length);
  return text.split(".");
}
