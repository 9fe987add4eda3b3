import { Hono } from "hono";
import * as z from "zod";

import { checkHealth } from "../../core/check-health";
import type { AppEnv } from "../shared/app-env";
import { operation } from "../shared/operation";
import { JSON_TYPE, toJsonLine } from "../shared/reply/json-line";

const Status = z.enum(["ok", "warn", "fail"]);

const HealthReply = z
  .strictObject({
    status: Status.describe("The worst of the checks."),
    checks: z.array(
      z.strictObject({
        name: z.string(),
        status: Status,
        detail: z.string().describe("What was found."),
        fix: z.string().nullable().describe("How to mend it. Null where nothing is to be mended."),
      }),
    ),
  })
  .meta({ id: "Health" });

export const health = new Hono<AppEnv>().get(
  "/health",
  operation({
    id: "checkHealth",
    tag: "Admin",
    summary: "Try what the deployment needs, and say how to mend what fails",
    description:
      "Database, migrations, files, sandbox, providers and settings, each within 5 s. 503 with the same body where any of them fails.",
    access: "operator",
    reply: HealthReply,
  }),
  async (c) => {
    const checks = await checkHealth(c.env, new URL(c.req.url).origin);
    const status = (["fail", "warn"] as const).find((one) =>
      checks.some((check) => check.status === one),
    );
    const body: z.output<typeof HealthReply> = { status: status ?? "ok", checks };
    return c.body(toJsonLine(body), status === "fail" ? 503 : 200, JSON_TYPE);
  },
);
