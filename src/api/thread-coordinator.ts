/** The coordinator as the Worker exports it: with the form in which webhooks show a run. */
import { ThreadCoordinator as Coordinator } from "../coordinator/thread-coordinator";
import type { Run } from "../domain/run";
import { presentNotice } from "./rebyte/webhook-wire";

export class ThreadCoordinator extends Coordinator {
  protected override presentNotice(run: Run): object {
    return presentNotice(run);
  }
}
