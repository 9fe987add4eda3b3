/** How an execution's outcome becomes a cell. */
import type { Cell, CellMeta } from "../../domain/run";
import { RUN } from "../../limits";
import { ActionFailure, type ResultMeta } from "../action-failure";

const BUG = new ActionFailure("internal_error", "Something went wrong inside Bobbin.");

/** Throws ActionFailure where the value is no output that could be kept. */
export function valueCell(value: unknown, meta: CellMeta): Cell {
  return { value: settleOutput(value, meta), error: null, meta };
}

/** Only an ActionFailure says what it says; of a bug nothing is told. */
export function failedCell(error: unknown, durationMs: number): Cell {
  const { code, message, meta } = error instanceof ActionFailure ? error : BUG;
  return { value: null, error: message, errorCode: code, meta: { ...meta, durationMs } };
}

/** The value as a later life would recall it: through JSON, and within its size, else a failure with `meta`. */
export function settleOutput(value: unknown, meta?: ResultMeta): unknown {
  const json = writeJson(value);
  const bytes = new TextEncoder().encode(json).length;
  if (bytes > RUN.actionOutputMaxBytes) {
    throw new ActionFailure(
      "output_too_large",
      `The output is ${bytes} bytes of JSON; an action may make ${RUN.actionOutputMaxBytes}.`,
      meta,
    );
  }
  return JSON.parse(json);
}

function writeJson(value: unknown): string {
  try {
    return JSON.stringify(value ?? null);
  } catch (error) {
    if (error instanceof RangeError) {
      throw new ActionFailure("output_too_large", "The output is nested too deep or too large.");
    }
    throw error;
  }
}
