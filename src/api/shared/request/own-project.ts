import type { Context } from "hono";

import type { AppEnv } from "../app-env";
import { fail } from "../reply/fail";

/** Answers 404 where the path names another project than the caller's. */
export function ownProject(c: Context<AppEnv, "/p/:project_id">): string {
  const projectId = c.req.param("project_id");
  return projectId === c.var.caller.projectId
    ? projectId
    : fail({ kind: "not_found", entity: "project", id: projectId });
}
