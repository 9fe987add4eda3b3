/** What is kept of all that a run's actions gave out: whoever reads the run holds it in memory. */
import { RUN } from "../../limits";
import { ValueCount } from "../count-values";
import type { Cell } from "./run-values";

/** Values in the order of their keeping, until `RUN.keptValuesMaxBytes` or `RUN.keptMaxValues` are used up. */
export class KeptValues {
  #leftBytes: number = RUN.keptValuesMaxBytes;
  #leftValues: number = RUN.keptMaxValues;

  /** A cell of a trace: beyond the bound it loses its value and says so by `dropped`. */
  ofTrace(cell: Cell): Cell {
    return this.#takes(cell).fits
      ? cell
      : { ...cell, value: null, meta: { ...cell.meta, dropped: true } };
  }

  /** A result: beyond the bound it is an error. */
  ofResults(cell: Cell): Cell {
    const { fits, bytes, values } = this.#takes(cell);
    if (fits) {
      return cell;
    }
    const error = `The result is ${bytes} bytes of JSON with ${values} values; of all that a run gives out ${RUN.keptValuesMaxBytes} bytes and ${RUN.keptMaxValues} values are kept, results before traces.`;
    const meta = { ...cell.meta, dropped: true };
    return { value: null, error, errorCode: "result_not_kept", meta };
  }

  #takes({ value }: Cell): { fits: boolean; bytes: number; values: number } {
    const json = encoder.encode(JSON.stringify(value ?? null));
    const [bytes, values] = [json.length, new ValueCount().add(json)];
    const fits = bytes <= this.#leftBytes && values <= this.#leftValues;
    if (fits) {
      this.#leftBytes -= bytes;
      this.#leftValues -= values;
    }
    return { fits, bytes, values };
  }
}

const encoder = new TextEncoder();
