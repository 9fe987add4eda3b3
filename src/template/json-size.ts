import { RUN } from "../limits";
import { BudgetExceeded } from "./budget";
import { isDict, typeName, ValueProblem } from "./values";

/**
 * Characters of the value's JSON, near enough: escapes are not counted. A value may hold one large
 * part many times over; the walk stops where the limit is passed, or the nesting that a value may have.
 */
export function jsonSize(value: unknown, limitChars: number): number {
  let size = 0;
  const add = (chars: number): void => {
    size += chars;
    if (size > limitChars) {
      throw new BudgetExceeded(`A value is larger than ${limitChars} characters of JSON`);
    }
  };
  const walk = (part: unknown, depth: number): void => {
    if (typeof part === "object" && depth >= RUN.valueMaxNesting) {
      throw new BudgetExceeded(`A value nests deeper than ${RUN.valueMaxNesting} lists and dicts`);
    }
    if (typeof part === "string") {
      add(part.length + 2);
    } else if (Array.isArray(part)) {
      add(part.length + 2);
      part.forEach((item) => walk(item, depth + 1));
    } else if (isDict(part)) {
      add(2);
      for (const [key, item] of Object.entries(part)) {
        add(key.length + 4);
        walk(item, depth + 1);
      }
    } else if (part === null || typeof part === "boolean" || Number.isFinite(part)) {
      add(4);
    } else {
      throw new ValueProblem(`${typeName(part)} is not JSON`);
    }
  };
  walk(value, 0);
  return size;
}
