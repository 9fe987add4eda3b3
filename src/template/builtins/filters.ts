import { isTrue, Undefined } from "../values";
import type { Builtin, Builtins } from "./builtin";
import { LIST_FILTERS } from "./list-filters";
import { NUMBER_FILTERS } from "./number-filters";
import { TEXT_FILTERS } from "./text-filters";

/** `default(value, true)` also replaces what is not true. */
const orDefault: Builtin = {
  params: ["default_value", "boolean"],
  run(input, args, { budget }) {
    const isMissing =
      input instanceof Undefined || (args["boolean"] === true && !isTrue(input, budget));
    return isMissing ? (args["default_value"] ?? "") : input;
  },
};

/** Filters whose input may be undefined. */
export const TAKES_UNDEFINED: ReadonlySet<string> = new Set(["default", "d"]);

export const FILTERS: Builtins = new Map([
  ["default", orDefault],
  ["d", orDefault],
  ...TEXT_FILTERS,
  ...LIST_FILTERS,
  ...NUMBER_FILTERS,
]);
