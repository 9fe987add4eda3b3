import type { Budget } from "../budget";
import { textLength } from "../python-text";
import {
  compare,
  isDict,
  isEqual,
  itemsOf,
  isTrue,
  toText,
  typeName,
  Undefined,
  ValueProblem,
} from "../values";
import {
  asInteger,
  attributeReader,
  asNumber,
  asString,
  type Bound,
  type Builtin,
  restOf,
  type Toolbox,
} from "./builtin";

export const LIST_FILTERS: readonly (readonly [string, Builtin])[] = [
  ["length", { params: [], run: length }],
  ["count", { params: [], run: length }],
  ["first", { params: [], run: (input, _args, { budget }) => end(itemsOf(input, budget).at(0)) }],
  ["last", { params: [], run: (input, _args, { budget }) => end(itemsOf(input, budget).at(-1)) }],
  ["list", { params: [], run: (input, _args, { budget }) => [...itemsOf(input, budget)] }],
  ["items", { params: [], run: (input, _args, { budget }) => entriesOf(input, budget) }],
  [
    "reverse",
    {
      params: [],
      run(input, _args, { budget }) {
        const items = itemsOf(input, budget).toReversed();
        budget.made(typeof input === "string" ? input.length : 0);
        return typeof input === "string" ? items.join("") : items;
      },
    },
  ],
  [
    "join",
    {
      params: ["d", "attribute"],
      run(input, args, { budget }) {
        const separator = asString(args["d"] ?? "", "d");
        const parts = picked(itemsOf(input, budget), args["attribute"], budget).map((item) =>
          toText(item, budget),
        );
        budget.made(parts.reduce((sum, part) => sum + part.length + separator.length, 0));
        return parts.join(separator);
      },
    },
  ],
  ["sort", { params: ["reverse", "case_sensitive", "attribute"], run: sorted }],
  [
    "dictsort",
    {
      params: ["case_sensitive", "by", "reverse"],
      run: (input, args, tools) =>
        sorted(
          entriesOf(input, tools.budget),
          { ...args, attribute: args["by"] === "value" ? 1 : 0 },
          tools,
        ),
    },
  ],
  ["unique", { params: ["case_sensitive", "attribute"], run: unique }],
  [
    "min",
    {
      params: ["case_sensitive", "attribute"],
      run: (input, args, tools) => end(sorted(input, args, tools).at(0)),
    },
  ],
  [
    "max",
    {
      params: ["case_sensitive", "attribute"],
      run: (input, args, tools) => end(sorted(input, args, tools).at(-1)),
    },
  ],
  [
    "sum",
    {
      params: ["attribute", "start"],
      run: (input, args, { budget }) =>
        picked(itemsOf(input, budget), args["attribute"], budget).reduce<number>(
          (sum, item) => sum + asNumber(item, "each item"),
          asNumber(args["start"] ?? 0, "start"),
        ),
    },
  ],
  ["batch", { params: ["linecount", "fill_with"], run: batched }],
  ["groupby", { params: ["attribute", "default"], run: grouped }],
  ["map", { params: ["filter", "...", "attribute", "default"], run: mapped }],
  ["select", { params: ["test", "..."], run: (i, a, t) => chosen(i, a, t, true) }],
  ["reject", { params: ["test", "..."], run: (i, a, t) => chosen(i, a, t, false) }],
  ["selectattr", { params: ["attribute", "test", "..."], run: (i, a, t) => chosen(i, a, t, true) }],
  [
    "rejectattr",
    { params: ["attribute", "test", "..."], run: (i, a, t) => chosen(i, a, t, false) },
  ],
];

function end(item: unknown): unknown {
  return item === undefined ? new Undefined("an item of an empty list") : item;
}

function length(input: unknown, _args: Bound, { budget }: Toolbox): number {
  if (Array.isArray(input)) {
    return input.length;
  }
  return typeof input === "string" ? textLength(input, budget) : itemsOf(input, budget).length;
}

export function entriesOf(value: unknown, budget: Budget): [string, unknown][] {
  if (!isDict(value)) {
    throw new ValueProblem(`items are a dict's; this is ${typeName(value)}`);
  }
  const keys = budget.keys(value);
  budget.items(keys.length);
  return keys.map((key) => [key, value[key]]);
}

function picked(items: readonly unknown[], attribute: unknown, budget: Budget): readonly unknown[] {
  return attribute === undefined ? items : items.map(attributeReader(attribute, budget));
}

/** What a comparison looks at: the attribute, without case unless asked for. */
function keyReader(args: Bound, budget: Budget): (item: unknown) => unknown {
  const { attribute } = args;
  const read = attribute === undefined ? itself : attributeReader(attribute, budget);
  return (item) => {
    const key = read(item);
    if (typeof key !== "string" || args["case_sensitive"] === true) {
      return key;
    }
    budget.made(key.length);
    return key.toLowerCase();
  };
}

function itself(item: unknown): unknown {
  return item;
}

function sorted(input: unknown, args: Bound, { budget }: Toolbox): unknown[] {
  const keyOf = keyReader(args, budget);
  const keyed = itemsOf(input, budget).map((item) => ({ item, key: keyOf(item) }));
  const order = keyed.toSorted((a, b) => compare(a.key, b.key, budget));
  const items = order.map(({ item }) => item);
  return args["reverse"] === true ? items.toReversed() : items;
}

function unique(input: unknown, args: Bound, { budget }: Toolbox): unknown[] {
  const keyOf = keyReader(args, budget);
  const seen: unknown[] = [];
  return itemsOf(input, budget).filter((item) => {
    const key = keyOf(item);
    if (seen.some((other) => isEqual(other, key, budget))) {
      return false;
    }
    seen.push(key);
    return true;
  });
}

function batched(input: unknown, args: Bound, { budget }: Toolbox): unknown[] {
  const size = asInteger(args["linecount"], "linecount");
  if (size < 1) {
    throw new ValueProblem("linecount must be at least 1");
  }
  const items = itemsOf(input, budget);
  const rows = Array.from({ length: Math.ceil(items.length / size) }, (_, row) =>
    items.slice(row * size, (row + 1) * size),
  );
  const last = rows.at(-1);
  if (last && args["fill_with"] !== undefined) {
    budget.items(size);
    rows[rows.length - 1] = [
      ...last,
      ...Array.from({ length: size - last.length }, () => args["fill_with"]),
    ];
  }
  return rows;
}

/** Lists of `[key, items]`, in the order of the keys. */
function grouped(input: unknown, args: Bound, tools: Toolbox): unknown[] {
  const read = attributeReader(args["attribute"], tools.budget);
  const groups: { grouper: unknown; list: unknown[] }[] = [];
  for (const item of sorted(input, args, tools)) {
    const grouper = read(item) ?? args["default"] ?? null;
    const last = groups.at(-1);
    if (last && isEqual(last.grouper, grouper, tools.budget)) {
      last.list.push(item);
    } else {
      groups.push({ grouper, list: [item] });
    }
  }
  return groups.map(({ grouper, list }) => [grouper, list]);
}

/** `map("upper")` or `map(attribute="name")`. */
function mapped(input: unknown, args: Bound, tools: Toolbox): unknown[] {
  const items = itemsOf(input, tools.budget);
  if (args["attribute"] !== undefined) {
    const read = attributeReader(args["attribute"], tools.budget);
    return items.map((item) => read(item) ?? args["default"] ?? null);
  }
  return items.map((item) => tools.filter(args["filter"], item, restOf(args)));
}

/** Without a test: by truth. */
function chosen(input: unknown, args: Bound, tools: Toolbox, wanted: boolean): unknown[] {
  const rest = restOf(args);
  const { attribute } = args;
  const read = attribute === undefined ? itself : attributeReader(attribute, tools.budget);
  return itemsOf(input, tools.budget).filter((item) => {
    const value = read(item);
    const holds =
      args["test"] === undefined
        ? isTrue(value, tools.budget)
        : tools.test(
            args["test"],
            value === undefined ? new Undefined("an attribute") : value,
            rest,
          );
    return holds === wanted;
  });
}
