/** Words and tokens that stand for themselves. */
import type { Token } from "./tokenize";

const CONSTANTS = new Map<string, boolean | null>([
  ["true", true],
  ["True", true],
  ["false", false],
  ["False", false],
  ["none", null],
  ["None", null],
  ["null", null],
]);
/** What no template may name a value. */
export const RESERVED = new Set([
  "and",
  "or",
  "not",
  "in",
  "is",
  "if",
  "else",
  ...CONSTANTS.keys(),
]);

/** Undefined where the token is no literal. */
export function literalOf({ kind, text }: Token): string | number | boolean | null | undefined {
  switch (kind) {
    case "string":
      return text;
    case "number":
      return Number(text);
    case "name":
      return CONSTANTS.get(text);
    case "operator":
    case "end":
      return undefined;
  }
}
