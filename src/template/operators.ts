import type { Budget } from "./budget";
import { isIn } from "./builtins/tests";
import type { ArithmeticOperator, CompareOperator } from "./syntax/syntax-tree";
import { compare, isEqual, toText, typeName, ValueProblem } from "./values";

const NUMERIC: Readonly<
  Record<Exclude<ArithmeticOperator, "~">, (a: number, b: number) => number>
> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "//": (a, b) => Math.floor(a / b),
  // The sign of the divisor, as in Python.
  "%": (a, b) => a - b * Math.floor(a / b),
  "**": (a, b) => a ** b,
};

export function arithmetic(
  operator: ArithmeticOperator,
  left: unknown,
  right: unknown,
  budget: Budget,
): unknown {
  if (operator === "~") {
    return concatenated(toText(left, budget), toText(right, budget), budget);
  }
  if (typeof left === "number" && typeof right === "number") {
    if (right === 0 && ["/", "//", "%"].includes(operator)) {
      throw new ValueProblem("a number is divided by zero");
    }
    const result = NUMERIC[operator](left, right);
    if (!Number.isFinite(result)) {
      throw new ValueProblem("a number is too large");
    }
    return result;
  }
  const made =
    operator === "+" ? joined(left, right, budget) : repeated(operator, left, right, budget);
  if (made === undefined) {
    throw new ValueProblem(`${typeName(left)} ${operator} ${typeName(right)} makes no sense`);
  }
  return made;
}

export function holds(
  operator: CompareOperator,
  left: unknown,
  right: unknown,
  budget: Budget,
): boolean {
  switch (operator) {
    case "==":
      return isEqual(left, right, budget);
    case "!=":
      return !isEqual(left, right, budget);
    case "in":
      return isIn(left, right, budget);
    case "not in":
      return !isIn(left, right, budget);
    case "<":
      return compare(left, right, budget) < 0;
    case "<=":
      return compare(left, right, budget) <= 0;
    case ">":
      return compare(left, right, budget) > 0;
    case ">=":
      return compare(left, right, budget) >= 0;
  }
}

function concatenated(left: string, right: string, budget: Budget): string {
  budget.made(left.length + right.length);
  return left + right;
}

function joined(left: unknown, right: unknown, budget: Budget): unknown {
  if (typeof left === "string" && typeof right === "string") {
    return concatenated(left, right, budget);
  }
  if (Array.isArray(left) && Array.isArray(right)) {
    budget.items(left.length + right.length);
    return [...left, ...right];
  }
  return undefined;
}

/** `"-" * 20`, `[0] * 3` and either the other way round. */
function repeated(operator: string, left: unknown, right: unknown, budget: Budget): unknown {
  const [times, what] = typeof left === "number" ? [left, right] : [right, left];
  if (operator !== "*" || typeof times !== "number" || !Number.isInteger(times)) {
    return undefined;
  }
  if (typeof what !== "string" && !Array.isArray(what)) {
    return undefined;
  }
  // Of nothing, any number is nothing.
  const count = what.length === 0 ? 0 : Math.max(0, times);
  if (typeof what === "string") {
    budget.made(what.length * count);
    return what.repeat(count);
  }
  budget.items(what.length * count);
  return Array.from({ length: count }, () => what).flat();
}
