import { isDict, Namespace, ValueProblem } from "../values";
import { asInteger, type Builtins } from "./builtin";

/** Global functions; they have no input. `namespace` and `dict` take any named arguments, see `evaluate.ts`. */
export const FUNCTIONS: Builtins = new Map([
  [
    "range",
    {
      params: ["start", "stop", "step"],
      run(_input, args, { budget }) {
        const hasStop = args["stop"] !== undefined;
        const start = hasStop ? asInteger(args["start"], "start") : 0;
        const stop = asInteger(hasStop ? args["stop"] : args["start"], "stop");
        const step = asInteger(args["step"] ?? 1, "step");
        if (step === 0) {
          throw new ValueProblem("range's step must not be 0");
        }
        const length = Math.max(0, Math.ceil((stop - start) / step));
        budget.items(length);
        return Array.from({ length }, (_, at) => start + at * step);
      },
    },
  ],
  [
    "namespace",
    {
      params: ["values"],
      run(_input, { values }, { budget }) {
        const made = new Namespace();
        if (isDict(values)) {
          budget.charge(budget.keys(values).length);
          for (const key of budget.keys(values)) {
            made.values.set(key, values[key]);
          }
        }
        return made;
      },
    },
  ],
  ["dict", { params: ["values"], run: (_input, { values }) => (isDict(values) ? values : {}) }],
]);
