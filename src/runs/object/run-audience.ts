/** Who hears of a run: its readers, its project's webhooks, and the calls that wait for it. */
import type { Run } from "../../domain/run";
import type { EventWriter } from "../events/event-writer";
import type { WebhookDispatcher } from "../webhooks/dispatcher";

export interface RunAudience {
  writer: Pick<EventWriter, "append" | "flush">;
  dispatcher: Pick<WebhookDispatcher, "enqueue" | "dispatch">;
  /** The run has ended or waits for its client. `run` is null where it is too large to hand around. */
  onSettled: (runId: string, run: Run | null) => void;
}
