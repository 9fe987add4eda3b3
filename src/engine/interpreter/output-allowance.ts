/** What the outputs of one run may take of its object's memory together, tools inside tools included. */
import { ActionFailure, type ResultMeta } from "../../domain/action-failure";
import { RUN } from "../../limits";

export class OutputAllowance {
  #bytes = 0;

  /** What an earlier attempt of the run has made. */
  restore(value: unknown): void {
    this.#bytes += JSON.stringify(value ?? null).length;
  }

  /** @param bytes Of the output's JSON. */
  take(bytes: number, meta: ResultMeta | undefined): void {
    if (this.#bytes + bytes > RUN.outputsMaxBytes) {
      throw new ActionFailure(
        "outputs_too_large",
        `All outputs of a run together may be ${RUN.outputsMaxBytes} bytes of JSON; this one is ${bytes}, and ${this.#bytes} are there.`,
        meta,
      );
    }
    this.#bytes += bytes;
  }
}
