import { Hono } from "hono";

import { readUsage } from "../../store/projects/quotas";
import type { AppEnv } from "../shared/app-env";
import { operation, reply } from "../shared/operation";
import { UsageReply, presentUsage } from "../shared/reply/usage-wire";

export const usage = new Hono<AppEnv>().get(
  "/usage",
  operation({
    id: "getUsage",
    tag: "Usage",
    summary: "What the project has and uses, and what it may",
    access: "read",
    reply: UsageReply,
  }),
  async (c) => {
    const read = await readUsage(c.env.DB, c.var.caller.projectId, Date.now());
    return reply(c, { usage: presentUsage(read) });
  },
);
