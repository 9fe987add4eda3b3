/** The methods of Python that templates are seen to use; each belongs to one type of value. */
import type { Budget } from "../budget";
import { findText, splitText, textLength } from "../python-text";
import { isDict, itemsOf, typeName, Undefined, ValueProblem } from "../values";
import { asInteger, asString, type Builtin, type Builtins, restOf } from "./builtin";
import { entriesOf } from "./list-filters";
import { capitalized, replaced, trimmed } from "./text-filters";

function onText(params: readonly string[], run: (text: string, ...rest: Rest) => unknown): Builtin {
  return {
    params,
    run(input, args, tools) {
      if (typeof input !== "string") {
        throw new ValueProblem(`${typeName(input)} has no such method`);
      }
      tools.budget.chars(input.length);
      return run(input, args, tools);
    },
  };
}

function changed(change: (text: string) => string): Builtin {
  return onText([], (text, _args, { budget }) => {
    budget.worked(text.length);
    const made = change(text);
    budget.made(made.length);
    return made;
  });
}

type Rest = [Parameters<Builtin["run"]>[1], Parameters<Builtin["run"]>[2]];

const LEFT = { left: true, right: false };
const RIGHT = { left: false, right: true };

export const METHODS: Builtins = new Map<string, Builtin>([
  ["upper", changed((text) => text.toUpperCase())],
  ["lower", changed((text) => text.toLowerCase())],
  ["capitalize", changed(capitalized)],
  ["title", changed((text) => text.replace(/[A-Za-z]+/g, capitalized))],
  ["strip", onText(["chars"], (text, { chars }, { budget }) => trimmed(text, chars, budget))],
  [
    "lstrip",
    onText(["chars"], (text, { chars }, { budget }) => trimmed(text, chars, budget, LEFT)),
  ],
  [
    "rstrip",
    onText(["chars"], (text, { chars }, { budget }) => trimmed(text, chars, budget, RIGHT)),
  ],
  [
    "startswith",
    onText(["prefix"], (text, { prefix }) => text.startsWith(asString(prefix, "prefix"))),
  ],
  ["endswith", onText(["suffix"], (text, { suffix }) => text.endsWith(asString(suffix, "suffix")))],
  [
    "find",
    onText(["sub"], (text, { sub }, { budget }) => {
      const at = findText(text, asString(sub, "sub"), 0, budget);
      return at === -1 ? at : textLength(text.slice(0, at), budget);
    }),
  ],
  [
    "replace",
    onText(["old", "new", "count"], (text, args, { budget }) =>
      replaced(
        text,
        asString(args["old"], "old"),
        asString(args["new"], "new"),
        asInteger(args["count"] ?? -1, "count"),
        budget,
      ),
    ),
  ],
  [
    "split",
    onText(["sep", "maxsplit"], (text, args, { budget }) => {
      const maxSplit = asInteger(args["maxsplit"] ?? -1, "maxsplit");
      return split(text, args["sep"], maxSplit, budget);
    }),
  ],
  [
    "splitlines",
    onText([], (text, _args, { budget }) => {
      budget.worked(text.length);
      return itemsOf(text.split(/\r\n|\r|\n/), budget);
    }),
  ],
  [
    "join",
    onText(["iterable"], (text, args, tools) => tools.filter("join", args["iterable"], [text])),
  ],
  ["items", { params: [], run: (input, _args, { budget }) => entriesOf(input, budget) }],
  [
    "keys",
    {
      params: [],
      run: (input, _args, { budget }) => entriesOf(input, budget).map(([key]) => key),
    },
  ],
  [
    "values",
    {
      params: [],
      run: (input, _args, { budget }) => entriesOf(input, budget).map(([, value]) => value),
    },
  ],
  [
    "get",
    {
      params: ["key", "default"],
      run(input, { key, default: otherwise }, { budget }) {
        const value = valueOf(input, key, budget);
        return value === undefined ? (otherwise ?? null) : value;
      },
    },
  ],
  [
    "cycle",
    {
      params: ["..."],
      run(input, args, { budget }) {
        const choices = restOf(args);
        const index = valueOf(input, "index0", budget);
        return (
          choices.at(asInteger(index, "loop.index0") % choices.length) ??
          new Undefined("loop.cycle()")
        );
      },
    },
  ],
]);

/** What the dict holds under the key; undefined where it holds nothing. */
function valueOf(dict: unknown, key: unknown, budget: Budget): unknown {
  if (!isDict(dict)) {
    throw new ValueProblem(`${typeName(dict)} has no such method`);
  }
  budget.chars(typeof key === "string" ? key.length : 0);
  return typeof key === "string" && Object.hasOwn(dict, key) ? dict[key] : undefined;
}

/** Without a separator: at every run of white space. At most `maxSplit` times, unless it is negative. */
function split(text: string, separator: unknown, maxSplit: number, budget: Budget): string[] {
  if (separator === undefined || separator === null) {
    return words(text, maxSplit, budget);
  }
  const at = asString(separator, "sep");
  if (at === "") {
    throw new ValueProblem("split needs a text to split at");
  }
  const parts = splitText(text, at, budget);
  return maxSplit < 0 || parts.length <= maxSplit
    ? parts
    : [...parts.slice(0, maxSplit), parts.slice(maxSplit).join(at)];
}

function words(text: string, maxSplit: number, budget: Budget): string[] {
  budget.worked(text.length);
  const found: string[] = [];
  for (const { 0: word, index } of text.matchAll(/\S+/g)) {
    if (maxSplit >= 0 && found.length === maxSplit) {
      return [...found, text.slice(index)];
    }
    budget.charge(1);
    found.push(word);
  }
  budget.items(found.length);
  return found;
}
