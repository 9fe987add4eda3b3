/** The methods of Python that templates are seen to use; each belongs to one type of value. */
import { itemsOf, typeName, Undefined, ValueProblem } from "../values";
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
type Rest = [Parameters<Builtin["run"]>[1], Parameters<Builtin["run"]>[2]];

const LEFT = { left: true, right: false };
const RIGHT = { left: false, right: true };

export const METHODS: Builtins = new Map<string, Builtin>([
  ["upper", onText([], (text) => text.toUpperCase())],
  ["lower", onText([], (text) => text.toLowerCase())],
  ["capitalize", onText([], capitalized)],
  ["title", onText([], (text) => text.replace(/[A-Za-z]+/g, capitalized))],
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
  ["find", onText(["sub"], (text, { sub }) => text.indexOf(asString(sub, "sub")))],
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
      const parts = split(text, args["sep"], asInteger(args["maxsplit"] ?? -1, "maxsplit"));
      budget.items(parts.length);
      return parts;
    }),
  ],
  [
    "splitlines",
    onText([], (text, _args, { budget }) => itemsOf(text.split(/\r\n|\r|\n/), budget)),
  ],
  [
    "join",
    onText(["iterable"], (text, args, tools) => tools.filter("join", args["iterable"], [text])),
  ],
  ["items", { params: [], run: (input, _args, { budget }) => itemsOf(entriesOf(input), budget) }],
  [
    "keys",
    {
      params: [],
      run: (input, _args, { budget }) =>
        itemsOf(
          entriesOf(input).map(([key]) => key),
          budget,
        ),
    },
  ],
  [
    "values",
    {
      params: [],
      run: (input, _args, { budget }) =>
        itemsOf(
          entriesOf(input).map(([, value]) => value),
          budget,
        ),
    },
  ],
  [
    "get",
    {
      params: ["key", "default"],
      run(input, args) {
        const entry = entriesOf(input).find(([key]) => key === args["key"]);
        return entry ? entry[1] : (args["default"] ?? null);
      },
    },
  ],
  [
    "cycle",
    {
      params: ["..."],
      run(input, args) {
        const choices = restOf(args);
        const index = entriesOf(input).find(([key]) => key === "index0")?.[1];
        return (
          choices.at(asInteger(index, "loop.index0") % choices.length) ??
          new Undefined("loop.cycle()")
        );
      },
    },
  ],
]);

/** Without a separator: at every run of white space. At most `maxSplit` times, unless it is negative. */
function split(text: string, separator: unknown, maxSplit: number): string[] {
  if (separator === undefined || separator === null) {
    return words(text, maxSplit);
  }
  const at = asString(separator, "sep");
  if (at === "") {
    throw new ValueProblem("split needs a text to split at");
  }
  const parts = text.split(at);
  return maxSplit < 0 || parts.length <= maxSplit
    ? parts
    : [...parts.slice(0, maxSplit), parts.slice(maxSplit).join(at)];
}

function words(text: string, maxSplit: number): string[] {
  const found: string[] = [];
  for (const { 0: word, index } of text.matchAll(/\S+/g)) {
    if (maxSplit >= 0 && found.length === maxSplit) {
      return [...found, text.slice(index)];
    }
    found.push(word);
  }
  return found;
}
