import { DurableObject } from "cloudflare:workers";

export class ThreadCoordinator extends DurableObject<Env> {}

export default {
  fetch(): Response {
    return new Response("Bobbin\n");
  },
} satisfies ExportedHandler<Env>;
