import { ValueProblem } from "../values";
import { asInteger, asNumber, asString, type Builtin } from "./builtin";

/** Digits that a double holds. */
const MAX_PRECISION = 15;
const ROUNDINGS: Readonly<Record<string, (value: number) => number>> = {
  // Half to even, as Python's; a half that is one in the decimal digits, not in the binary ones.
  common: (value) => (Math.abs(value % 1) === 0.5 ? 2 * Math.round(value / 2) : Math.round(value)),
  ceil: Math.ceil,
  floor: Math.floor,
};

export const NUMBER_FILTERS: readonly (readonly [string, Builtin])[] = [
  ["abs", { params: [], run: (input) => Math.abs(asNumber(input, "abs's input")) }],
  [
    "int",
    {
      params: ["default"],
      run: (input, args) => toNumber(input, Math.trunc) ?? args["default"] ?? 0,
    },
  ],
  [
    "float",
    { params: ["default"], run: (input, args) => toNumber(input, Number) ?? args["default"] ?? 0 },
  ],
  [
    "round",
    {
      params: ["precision", "method"],
      run(input, args) {
        const precision = asInteger(args["precision"] ?? 0, "precision");
        const round = ROUNDINGS[asString(args["method"] ?? "common", "method")];
        if (!round || Math.abs(precision) > MAX_PRECISION) {
          throw new ValueProblem("round takes a precision up to 15 and common, ceil or floor");
        }
        const scale = 10 ** precision;
        return round(asNumber(input, "round's input") * scale) / scale;
      },
    },
  ],
];

/** Null for what is no number. */
function toNumber(value: unknown, shape: (value: number) => number): number | null {
  const isText = typeof value === "string" && value.trim() !== "";
  const number =
    isText || typeof value === "number" || typeof value === "boolean" ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? shape(number) : null;
}
