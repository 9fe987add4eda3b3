import { app } from "./app";

export { ThreadCoordinator } from "./coordinator/thread-coordinator";

export default { fetch: app.fetch } satisfies ExportedHandler<Env>;
