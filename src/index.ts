import { DurableObject } from "cloudflare:workers";

import { app } from "./app";

export class ThreadCoordinator extends DurableObject<Env> {}

export default { fetch: app.fetch } satisfies ExportedHandler<Env>;
