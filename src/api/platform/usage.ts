import { Hono } from "hono";

import { dayOf, lastDays } from "../../domain/usage/usage-day";
import { USAGE } from "../../limits";
import { readUsage } from "../../store/projects/quotas";
import { databaseOf } from "../../store/sql/databases";
import type { AppEnv } from "../shared/app-env";
import { operation, reply } from "../shared/operation";
import { UsageQuery, UsageReply, presentDay, presentUsage } from "../shared/reply/usage-wire";

export const usage = new Hono<AppEnv>().get(
  "/usage",
  operation({
    id: "getUsage",
    tag: "Usage",
    summary: "What the project has and uses, what it may, and its runs by day",
    access: "read",
    query: UsageQuery,
    reply: UsageReply,
  }),
  async (c) => {
    const nowMs = Date.now();
    const { from, to = dayOf(nowMs) } = c.req.valid("query");
    const range = from === undefined ? lastDays(to, USAGE.defaultDays) : { from, to };
    const read = await readUsage(databaseOf(c.env, c.var.caller), c.var.caller.projectId, {
      nowMs,
      range,
    });
    return reply(c, { usage: presentUsage(read.usage), days: read.days.map(presentDay) });
  },
);
