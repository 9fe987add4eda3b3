/** The values of a template are JSON, and these rules of Python's on truth, equality, order and text. */
import type { Budget } from "./budget";

/** What a name, a key or an index leads to when it leads to nothing. */
export class Undefined {
  /** As written in the template, up to the first part that is missing. */
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }
}

/** `namespace()`: the one thing that a template may change. */
export class Namespace {
  readonly values = new Map<string, unknown>();
}

/** A value that is wrong for what the template does with it. */
export class ValueProblem extends Error {
  override readonly name = "ValueProblem";
}

export function isDict(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Undefined) &&
    !(value instanceof Namespace)
  );
}

/** What an error calls the value. */
export function typeName(value: unknown): string {
  if (value === null) {
    return "none";
  }
  if (Array.isArray(value)) {
    return "a list";
  }
  if (typeof value === "object") {
    return value instanceof Namespace ? "a namespace" : "a dict";
  }
  return `a ${typeof value}`;
}

export function isTrue(value: unknown, budget: Budget): boolean {
  if (Array.isArray(value)) {
    return value.length > 0;
  }
  if (isDict(value)) {
    return budget.keys(value).length > 0;
  }
  return Boolean(value);
}

export function isEqual(a: unknown, b: unknown, budget: Budget): boolean {
  budget.charge(1);
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, at) => isEqual(item, b[at], budget));
  }
  if (isDict(a) && isDict(b)) {
    const keys = budget.keys(a);
    return (
      keys.length === budget.keys(b).length &&
      keys.every((key) => Object.hasOwn(b, key) && isEqual(a[key], b[key], budget))
    );
  }
  if (typeof a === "string" && typeof b === "string" && a.length === b.length) {
    budget.chars(a.length);
  }
  return a === b;
}

/** Negative, zero or positive; numbers, texts and booleans each among themselves. */
export function compare(a: unknown, b: unknown, budget: Budget): number {
  budget.charge(1);
  if (typeof a === "string" && typeof b === "string") {
    budget.chars(Math.min(a.length, b.length));
  }
  if (typeof a !== typeof b || !["number", "string", "boolean"].includes(typeof a)) {
    throw new ValueProblem(`${typeName(a)} and ${typeName(b)} have no order`);
  }
  const [left, right] = [asOrdered(a), asOrdered(b)];
  return left < right ? -1 : Number(left > right);
}

function asOrdered(value: unknown): string | number {
  return typeof value === "string" ? value : Number(value);
}

/** What a loop walks: a list's items, a dict's keys, a text's characters. */
export function itemsOf(value: unknown, budget: Budget): readonly unknown[] {
  const items = isDict(value) ? budget.keys(value) : value;
  if (!Array.isArray(items) && typeof items !== "string") {
    throw new ValueProblem(`${typeName(value)} cannot be walked`);
  }
  budget.items(items.length);
  return typeof items === "string" ? Array.from(items) : items;
}

/** A text as it is, anything else as JSON. */
export function toText(value: unknown, budget: Budget): string {
  return typeof value === "string" ? value : toJson(value, budget, null);
}

/** `indent` in spaces; null: on one line, as Python's `json.dumps` writes it. */
export function toJson(value: unknown, budget: Budget, indent: number | null): string {
  const write = (part: unknown, depth: number): string => {
    budget.charge(1);
    if (Array.isArray(part)) {
      return block(
        "[",
        part.map((item) => write(item, depth + 1)),
        "]",
        depth,
      );
    }
    if (isDict(part)) {
      return block(
        "{",
        budget.keys(part).map((key) => `${JSON.stringify(key)}: ${write(part[key], depth + 1)}`),
        "}",
        depth,
      );
    }
    const text = JSON.stringify(part) ?? "null";
    budget.made(text.length);
    return text;
  };
  const block = (open: string, parts: string[], close: string, depth: number): string => {
    const newLine = indent === null ? "" : `\n${" ".repeat(indent * depth)}`;
    const inner = indent === null ? "" : `${newLine}${" ".repeat(indent)}`;
    const separator = indent === null ? ", " : `,${inner}`;
    const length = parts.reduce((sum, part) => sum + part.length + separator.length, 0);
    budget.made(length);
    return parts.length === 0
      ? open + close
      : open + inner + parts.join(separator) + newLine + close;
  };
  return write(value, 0);
}
