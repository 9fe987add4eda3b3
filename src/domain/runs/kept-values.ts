/** What is kept of all that a run's actions gave out: whoever reads the run holds it in memory. */
import { RUN } from "../../limits";
import type { Cell } from "./run-values";

/** Values in the order of their keeping, until `RUN.keptValuesMaxBytes` are used up. */
export class KeptValues {
  #leftBytes: number = RUN.keptValuesMaxBytes;

  /** A cell of a trace: beyond the bound it loses its value and says so by `dropped`. */
  ofTrace(cell: Cell): Cell {
    return this.#takes(cell).fits
      ? cell
      : { ...cell, value: null, meta: { ...cell.meta, dropped: true } };
  }

  /** A result: beyond the bound it is an error. */
  ofResults(cell: Cell): Cell {
    const { fits, bytes } = this.#takes(cell);
    if (fits) {
      return cell;
    }
    const error = `The result is ${bytes} bytes of JSON; of all values of a run ${RUN.keptValuesMaxBytes} are kept, results before traces.`;
    const meta = { ...cell.meta, dropped: true };
    return { value: null, error, errorCode: "result_not_kept", meta };
  }

  #takes({ value }: Cell): { fits: boolean; bytes: number } {
    const bytes = encoder.encode(JSON.stringify(value ?? null)).length;
    const fits = bytes <= this.#leftBytes;
    this.#leftBytes -= fits ? bytes : 0;
    return { fits, bytes };
  }
}

const encoder = new TextEncoder();
