/** How an execution's outcome becomes a cell. */
import {
  ActionFailure,
  tooDeep,
  tooManyValues,
  type ResultMeta,
} from "../../domain/action-failure";
import { parseWellFormed, passedBound } from "../../domain/json";
import type { Cell, CellMeta } from "../../domain/run";
import { RUN } from "../../limits";
import { pauseAfter } from "../../yield-to-event-loop";
import type { OutputAllowance } from "./output-allowance";

const BUG = new ActionFailure("internal_error", "Something went wrong inside Bobbin.");

/** Throws ActionFailure where the value is no output that could be kept. */
export async function valueCell(
  value: unknown,
  meta: CellMeta,
  outputs?: OutputAllowance,
): Promise<Cell> {
  return { value: await settleOutput(value, meta, outputs), error: null, meta };
}

/** When an execution began, where that is told, and how long it took. */
export type CellTimes = Pick<CellMeta, "durationMs" | "startedAtMs">;

/** Only an ActionFailure says what it says; of a bug nothing is told. */
export function failedCell(error: unknown, times: CellTimes): Cell {
  const { code, message, meta } = error instanceof ActionFailure ? error : BUG;
  return { value: null, error: message, errorCode: code, meta: { ...meta, ...times } };
}

/**
 * The value as a later execution would recall it: through JSON, within its size and nesting, without half a
 * surrogate pair; else a failure with `meta`.
 * @param outputs Of the run, where the value is to be counted among its outputs.
 */
export async function settleOutput(
  value: unknown,
  meta?: ResultMeta,
  outputs?: OutputAllowance,
): Promise<unknown> {
  const passed = passedBound(value, {
    maxNesting: RUN.valueMaxNesting,
    maxChars: RUN.actionOutputMaxBytes,
    maxValues: RUN.outputMaxValues,
  });
  if (passed === "maxNesting") {
    throw new ActionFailure("output_too_deep", tooDeep("The output"), meta);
  }
  if (passed === "maxChars") {
    throw tooLarge(`more than ${RUN.actionOutputMaxBytes}`, meta);
  }
  if (passed === "maxValues") {
    throw new ActionFailure("output_too_large", tooManyValues("The output"), meta);
  }
  const json = JSON.stringify(value ?? null) ?? "null";
  const bytes = new TextEncoder().encode(json).length;
  if (bytes > RUN.actionOutputMaxBytes) {
    throw tooLarge(String(bytes), meta);
  }
  outputs?.take(bytes, meta);
  await pauseAfter(json.length);
  return parseWellFormed(json);
}

function tooLarge(bytes: string, meta: ResultMeta | undefined): ActionFailure {
  return new ActionFailure(
    "output_too_large",
    `The output is ${bytes} bytes of JSON; an action may make ${RUN.actionOutputMaxBytes}.`,
    meta,
  );
}
