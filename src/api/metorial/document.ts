import type { DialectDocument } from "../shared/openapi/document";
import { ErrorWire, errors } from "./failures";

export const metorialDocument = {
  group: "Metorial",
  name: "metorial",
  prefix: "/v1" as const,
  errors,
  errorSchema: ErrorWire,
  pathParameters: {
    thread_id: {
      entity: "thread",
      description: "Id of a thread, `thread_…`; the bare id does as well.",
    },
    actor_id: { entity: "actor", description: "Id of an actor, `act_…`." },
    agent_id: { entity: "tool", description: "Id of an agent, which is a tool: `agent_…`." },
  },
  tags: {
    "Metorial threads": "The same threads in another dialect. The paths work without `/v1` too.",
    "Metorial actors": "Who takes part in threads.",
    "Metorial agents": "The project's tools, as this dialect calls them.",
  },
} satisfies DialectDocument;
