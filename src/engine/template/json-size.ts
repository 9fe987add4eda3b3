import { BudgetExceeded } from "./budget";
import { isDict, typeName, ValueProblem } from "./values";

/**
 * Characters of the value's JSON, near enough: escapes are not counted. A value may hold one large
 * part many times over; the walk stops where the limit is passed.
 */
export function jsonSize(value: unknown, limitChars: number): number {
  let size = 0;
  const add = (chars: number): void => {
    size += chars;
    if (size > limitChars) {
      throw new BudgetExceeded(`A value is larger than ${limitChars} characters of JSON`);
    }
  };
  const walk = (part: unknown): void => {
    if (typeof part === "string") {
      add(part.length + 2);
    } else if (Array.isArray(part)) {
      add(part.length + 2);
      part.forEach(walk);
    } else if (isDict(part)) {
      add(2);
      for (const [key, item] of Object.entries(part)) {
        add(key.length + 4);
        walk(item);
      }
    } else if (part === null || typeof part === "boolean" || Number.isFinite(part)) {
      add(4);
    } else {
      throw new ValueProblem(`${typeName(part)} is not JSON`);
    }
  };
  walk(value);
  return size;
}
