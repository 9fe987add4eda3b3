/** The names that a template reads without having set them itself. */
import { FUNCTIONS } from "../builtins/global-functions";
import type { Expression, Statement, StatementKind } from "./syntax-tree";

export function freeNames(statements: readonly Statement[]): Set<string> {
  const found = new Set<string>();
  walkBody(statements, new Set(), found);
  return found;
}

type Names = Set<string>;

/** `bound` grows as the body sets names; a loop's body has a copy of its own. */
function walkBody(body: readonly Statement[], bound: Names, found: Names): void {
  for (const statement of body) {
    walkStatement(statement, bound, found);
  }
}

type Walkers = { [K in StatementKind]: (node: Statement<K>, bound: Names, found: Names) => void };

const WALKERS: Walkers = {
  text: () => {},
  break: () => {},
  continue: () => {},
  output: ({ value }, bound, found) => walk(value, bound, found),
  assign: ({ value }, bound, found) => walk(value, bound, found),
  set: ({ targets, value }, bound, found) => {
    walk(value, bound, found);
    targets.forEach((name) => bound.add(name));
  },
  capture: ({ name, filters, body }, bound, found) => {
    walkBody(body, bound, found);
    walk(filters, bound, found);
    bound.add(name);
  },
  filtered: ({ filters, body }, bound, found) => {
    walk(filters, bound, found);
    walkBody(body, bound, found);
  },
  if: ({ branches, otherwise }, bound, found) => {
    for (const { test, body } of branches) {
      walk(test, bound, found);
      walkBody(body, bound, found);
    }
    walkBody(otherwise, bound, found);
  },
  for: ({ targets, iterable, condition, body, otherwise }, bound, found) => {
    walk(iterable, bound, found);
    const inner = new Set([...bound, ...targets, "loop"]);
    walk(condition, inner, found);
    walkBody(body, inner, found);
    walkBody(otherwise, bound, found);
  },
};

function walkStatement<K extends StatementKind>(
  node: Statement<K>,
  bound: Names,
  found: Names,
): void {
  WALKERS[node.kind](node, bound, found);
}

/** Expressions hold expressions in fields and lists of many shapes; each object with a kind is one. */
function walk(part: unknown, bound: Names, found: Names): void {
  if (Array.isArray(part)) {
    for (const item of part) {
      walk(item, bound, found);
    }
    return;
  }
  if (typeof part !== "object" || part === null) {
    return;
  }
  if (isName(part)) {
    if (!bound.has(part.name) && !FUNCTIONS.has(part.name)) {
      found.add(part.name);
    }
    return;
  }
  walk(Object.values(part), bound, found);
}

function isName(part: object): part is Expression<"name"> {
  return "kind" in part && part.kind === "name";
}
