/** The coordinator as the Worker exports it: with the form in which webhooks show a run. */
import type { Run } from "../domain/run";
import { ThreadCoordinator as Coordinator } from "../runs/object/thread-coordinator";
import { presentNotice } from "./platform/webhook-wire";

export class ThreadCoordinator extends Coordinator {
  protected override presentNotice(run: Run): object {
    return presentNotice(run);
  }
}
