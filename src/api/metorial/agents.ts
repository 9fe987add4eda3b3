import { Hono } from "hono";
import * as z from "zod";

import { databaseOf } from "../../store/sql/databases";
import {
  type ReleasedTool,
  getReleasedTool,
  listReleasedTools,
} from "../../store/tools/released-tools";
import type { AppEnv } from "../shared/app-env";
import { operation, reply } from "../shared/operation";
import { unwrap } from "../shared/reply/fail";
import { IsoTime, listFields, listOf, toIso } from "./fields";
import { fromWireId, toWireId } from "./ids";
import { presentList, readPage } from "./list";

const tag = "Metorial agents";

const AgentWire = z
  .strictObject({
    id: z.string(),
    slug: z.string(),
    name: z.string(),
    created_at: IsoTime,
    updated_at: IsoTime,
    current_release: z
      .strictObject({
        id: z.string(),
        agent_id: z.string(),
        version: z.int(),
        created_at: IsoTime,
      })
      .describe("The version that is live."),
  })
  .meta({ id: "Agent", description: "A tool." });

export const agents = new Hono<AppEnv>()
  .get(
    "/agents",
    operation({
      id: "metorialListAgents",
      tag,
      summary: "List agents",
      access: "read",
      query: z.strictObject(listFields),
      reply: listOf(AgentWire),
    }),
    async (c) => {
      const page = readPage("agent", c.req.valid("query"));
      const listed = await listReleasedTools(
        databaseOf(c.env, c.var.caller),
        c.var.caller.projectId,
        page,
      );
      return reply(c, presentList(unwrap(listed), presentAgent));
    },
  )
  .get(
    "/agents/:agent_id",
    operation({
      id: "metorialGetAgent",
      tag,
      summary: "Get an agent",
      access: "read",
      reply: AgentWire,
      failures: ["not_found"],
    }),
    async (c) => {
      const id = fromWireId("agent", c.req.param("agent_id"));
      const tool = await getReleasedTool(
        databaseOf(c.env, c.var.caller),
        c.var.caller.projectId,
        id,
      );
      return reply(c, presentAgent(unwrap(tool)));
    },
  );

function presentAgent(tool: ReleasedTool): z.output<typeof AgentWire> {
  const id = toWireId("agent", tool.id);
  return {
    id,
    slug: toSlug(tool.name),
    name: tool.name,
    created_at: toIso(tool.createdAtMs),
    updated_at: toIso(tool.updatedAtMs),
    current_release: {
      id: toWireId("release", `${tool.id}-${tool.liveVersion}`),
      agent_id: id,
      version: tool.liveVersion,
      created_at: toIso(tool.releasedAtMs),
    },
  };
}

function toSlug(name: string): string {
  const words = name.toLowerCase().match(/[\p{Letter}\p{Number}]+/gu) ?? [];
  return words.join("-");
}
