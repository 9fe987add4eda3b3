import type { Budget } from "../budget";
import { findText } from "../python-text";
import { compare, isDict, isEqual, itemsOf, Undefined, ValueProblem } from "../values";
import { asInteger, type Builtin, type Builtins } from "./builtin";

type Test = Builtin<boolean>;

function plain(run: (input: unknown) => boolean): Test {
  return { params: [], run };
}

function comparing(holds: (order: number) => boolean): Test {
  return {
    params: ["other"],
    run: (input, { other }, { budget }) => holds(compare(input, other, budget)),
  };
}

const equal: Test = {
  params: ["other"],
  run: (input, { other }, { budget }) => isEqual(input, other, budget),
};
const unequal: Test = {
  params: ["other"],
  run: (input, { other }, { budget }) => !isEqual(input, other, budget),
};

function inCase(change: (text: string) => string): Test {
  return {
    params: [],
    run(input, _args, { budget }) {
      if (typeof input !== "string") {
        return false;
      }
      budget.worked(input.length);
      return input === change(input);
    },
  };
}

/** Tests whose input may be undefined. */
export const TESTS_UNDEFINED: ReadonlySet<string> = new Set(["defined", "undefined"]);

export const TESTS: Builtins<boolean> = new Map<string, Test>([
  ["defined", plain((input) => !(input instanceof Undefined))],
  ["undefined", plain((input) => input instanceof Undefined)],
  ["none", plain((input) => input === null)],
  ["true", plain((input) => input === true)],
  ["false", plain((input) => input === false)],
  ["boolean", plain((input) => typeof input === "boolean")],
  ["string", plain((input) => typeof input === "string")],
  ["number", plain((input) => typeof input === "number")],
  ["integer", plain(Number.isInteger)],
  ["float", plain((input) => typeof input === "number" && !Number.isInteger(input))],
  ["mapping", plain(isDict)],
  ["sequence", plain((input) => Array.isArray(input) || typeof input === "string")],
  [
    "iterable",
    plain((input) => Array.isArray(input) || typeof input === "string" || isDict(input)),
  ],
  ["odd", plain((input) => asInteger(input, "what is tested to be odd") % 2 !== 0)],
  ["even", plain((input) => asInteger(input, "what is tested to be even") % 2 === 0)],
  ["lower", inCase((text) => text.toLowerCase())],
  ["upper", inCase((text) => text.toUpperCase())],
  [
    "divisibleby",
    {
      params: ["num"],
      run: (input, { num }) => asInteger(input, "what is divided") % asInteger(num, "num") === 0,
    },
  ],
  ["in", { params: ["seq"], run: (input, { seq }, { budget }) => isIn(input, seq, budget) }],
  ["eq", equal],
  ["equalto", equal],
  ["sameas", equal],
  ["ne", unequal],
  ["lt", comparing((order) => order < 0)],
  ["lessthan", comparing((order) => order < 0)],
  ["le", comparing((order) => order <= 0)],
  ["gt", comparing((order) => order > 0)],
  ["greaterthan", comparing((order) => order > 0)],
  ["ge", comparing((order) => order >= 0)],
]);

/** A part of a text, a key of a dict, an item of a list. */
export function isIn(value: unknown, whole: unknown, budget: Budget): boolean {
  if (typeof whole === "string") {
    if (typeof value !== "string") {
      throw new ValueProblem("only a string can be in a string");
    }
    budget.chars(whole.length);
    return findText(whole, value, 0, budget) !== -1;
  }
  if (isDict(whole)) {
    budget.chars(typeof value === "string" ? value.length : 0);
    return typeof value === "string" && Object.hasOwn(whole, value);
  }
  return itemsOf(whole, budget).some((item) => isEqual(item, value, budget));
}
