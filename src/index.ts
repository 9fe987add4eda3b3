/** What the Worker exports, put together: the API, the sweep, and the class of a thread's object. */
import { presentNotice } from "./api/platform/webhook-wire";
import { app } from "./app";
import { ThreadCoordinator as RunsObject } from "./runs/object/thread-coordinator";
import { sweep } from "./scheduled";

export { KnowledgeIndexer } from "./indexing/knowledge-indexer";

/** A thread's object; a project is told of its runs as the platform's own calls show them. */
export class ThreadCoordinator extends RunsObject {
  constructor(state: DurableObjectState, env: Env) {
    super(state, env, { notice: presentNotice });
  }
}

export default {
  fetch: app.fetch,
  async scheduled({ scheduledTime }, env) {
    await sweep(env, scheduledTime);
  },
} satisfies ExportedHandler<Env>;
