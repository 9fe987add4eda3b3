import { app } from "./app";
import { sweep } from "./scheduled";

export { ThreadCoordinator } from "./api/thread-coordinator";

export default {
  fetch: app.fetch,
  scheduled: ({ scheduledTime }, env) => sweep(env, scheduledTime),
} satisfies ExportedHandler<Env>;
