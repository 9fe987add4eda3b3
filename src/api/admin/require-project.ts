import type { Context } from "hono";

import { type ProjectSettings, readProject } from "../../store/projects/projects";
import { controlDatabase, databaseOf } from "../../store/sql/databases";
import type { AppEnv } from "../shared/app-env";
import { fail } from "../shared/reply/fail";

/** The two databases that know of a project. */
export function databasesOf({ env }: Pick<Context<AppEnv>, "env">, projectId: string) {
  return { control: controlDatabase(env), data: databaseOf(env, { projectId }) };
}

/** The project that the path names, or a 404. */
export async function requireProject(
  c: Context<AppEnv, "/projects/:project_id">,
): Promise<ProjectSettings> {
  const id = c.req.param("project_id");
  const found = await readProject(databasesOf(c, id), id);
  return found ?? fail({ kind: "not_found", entity: "project", id });
}
