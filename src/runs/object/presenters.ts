import type { Run } from "../../domain/run";

/** How a dialect shows what the object sends out by itself; handed in where the Worker is put together. */
export interface Presenters {
  /** The run in a webhook's payload. */
  webhookRun(run: Run): object;
}
