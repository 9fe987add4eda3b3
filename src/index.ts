/** What the Worker exports, put together: the API, the sweep, and the class of a thread's object. */
import { ChatSockets } from "./api/ai-sdk/socket/chat-sockets";
import { presentWebhookRun } from "./api/platform/webhook-wire";
import { app } from "./app";
import { ThreadCoordinator as RunsObject } from "./runs/object/thread-coordinator";
import { sweep } from "./scheduled";

export { KnowledgeIndexer } from "./indexing/knowledge-indexer";

/**
 * A thread's object; a project is told of its runs as the platform's own calls show them, and its sockets are
 * chats of the AI SDK, whose frames are calls of the app.
 */
export class ThreadCoordinator extends RunsObject {
  constructor(state: DurableObjectState, env: Env) {
    const context: Pick<ExecutionContext, "waitUntil" | "passThroughOnException" | "props"> = {
      waitUntil: (work) => state.waitUntil(work),
      passThroughOnException: () => {},
      props: {},
    };
    const sockets = new ChatSockets(async (request) => app.fetch(request, env, context));
    super(state, env, { webhookRun: presentWebhookRun }, sockets);
  }
}

export default {
  fetch: app.fetch,
  async scheduled({ scheduledTime }, env) {
    await sweep(env, scheduledTime);
  },
} satisfies ExportedHandler<Env>;
