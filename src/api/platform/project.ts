import { Hono } from "hono";
import * as z from "zod";

import { SCOPES } from "../../domain/access/caller";
import { getProject } from "../../store/projects/projects";
import { controlDatabase } from "../../store/sql/databases";
import { ProjectReply, presentProject } from "../shared/access/key-wire";
import type { AppEnv } from "../shared/app-env";
import { operation, reply } from "../shared/operation";
import { fail } from "../shared/reply/fail";

const OwnProjectReply = z.strictObject({
  ...ProjectReply.shape,
  scopes: z.array(z.enum(SCOPES)).describe("What the key that asks may do."),
});

export const project = new Hono<AppEnv>().get(
  "/project",
  operation({
    id: "getOwnProject",
    tag: "Keys",
    summary: "Get the project that a key belongs to, and what the key may",
    access: "read",
    reply: OwnProjectReply,
  }),
  async (c) => {
    const { caller } = c.var;
    const found = await getProject(controlDatabase(c.env), caller.projectId);
    return reply(c, {
      project: presentProject(
        found ?? fail({ kind: "not_found", entity: "project", id: caller.projectId }),
      ),
      scopes: caller.kind === "key" ? [...caller.scopes] : [],
    });
  },
);
