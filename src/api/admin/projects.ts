import { Hono } from "hono";

import { HEX_20, newProjectId } from "../../domain/ids";
import { listKeys } from "../../store/access/keys";
import { createProject, listProjects, putProject } from "../../store/projects/projects";
import { setQuotas } from "../../store/projects/quotas";
import { setKeepIdleDays } from "../../store/projects/retention";
import { controlDatabase, databaseOf } from "../../store/sql/databases";
import {
  CreateKeyBody,
  CreateProjectBody,
  CreatedKeyReply,
  KeyListReply,
  ListProjectsQuery,
  ProjectListReply,
  ProjectReply,
  ProjectSettingsReply,
  RetentionBody,
  RetentionReply,
  RevokedKeyReply,
  presentKey,
  presentProject,
} from "../shared/access/key-wire";
import { issueKey, killKey } from "../shared/access/manage-keys";
import type { AppEnv } from "../shared/app-env";
import { operation, reply } from "../shared/operation";
import { fail, unwrap } from "../shared/reply/fail";
import { QuotasBody, QuotasReply } from "../shared/reply/usage-wire";
import { databasesOf, requireProject } from "./require-project";

const tag = "Admin";

export const projects = new Hono<AppEnv>()
  .post(
    "/projects",
    operation({
      id: "createProject",
      tag,
      summary: "Create a project",
      access: "operator",
      body: CreateProjectBody,
      reply: ProjectReply,
    }),
    async (c) => {
      const { name } = c.req.valid("json");
      const made = { id: newProjectId(), name, nowMs: Date.now() };
      return reply(c, {
        project: presentProject(await createProject(databasesOf(c, made.id), made)),
      });
    },
  )
  .get(
    "/projects",
    operation({
      id: "listProjects",
      tag,
      summary: "List projects, the newest first",
      access: "operator",
      query: ListProjectsQuery,
      reply: ProjectListReply,
    }),
    async (c) => {
      const listed = await listProjects(controlDatabase(c.env), c.req.valid("query"));
      return reply(c, { projects: unwrap(listed).items.map(presentProject) });
    },
  )
  .get(
    "/projects/:project_id",
    operation({
      id: "getProject",
      tag,
      summary: "Get a project with its retention and its quotas",
      access: "operator",
      reply: ProjectSettingsReply,
    }),
    async (c) => {
      const { project, keepIdleDays, quotas } = await requireProject(c);
      return reply(c, { project: presentProject(project), keep_idle_days: keepIdleDays, quotas });
    },
  )
  .put(
    "/projects/:project_id",
    operation({
      id: "putProject",
      tag,
      summary: "Create a project under an id of yours, or rename the one that is there",
      description: "For a project that moves here: its data are imported under the ids they had.",
      access: "operator",
      body: CreateProjectBody,
      reply: ProjectReply,
    }),
    async (c) => {
      const id = c.req.param("project_id");
      if (!HEX_20.test(id)) {
        const issue = { path: ["project_id"], message: "must be 20 lowercase hex digits" };
        fail({ kind: "invalid", where: "path", issues: [issue] });
      }
      const made = { id, name: c.req.valid("json").name, nowMs: Date.now() };
      return reply(c, { project: presentProject(await putProject(databasesOf(c, id), made)) });
    },
  )
  .put(
    "/projects/:project_id/quotas",
    operation({
      id: "setQuotas",
      tag,
      summary: "Replace a project's quotas",
      access: "operator",
      body: QuotasBody,
      reply: QuotasReply,
    }),
    async (c) => {
      const projectId = c.req.param("project_id");
      const quotas = await setQuotas(
        databaseOf(c.env, { projectId }),
        projectId,
        c.req.valid("json"),
      );
      return reply(c, { quotas: unwrap(quotas) });
    },
  )
  .put(
    "/projects/:project_id/retention",
    operation({
      id: "setRetention",
      tag,
      summary: "Set how long a project keeps what nobody touches",
      description:
        "Threads without a change and files that no message and no knowledge names are deleted after so many days. Off by default.",
      access: "operator",
      body: RetentionBody,
      reply: RetentionReply,
    }),
    async (c) => {
      const id = c.req.param("project_id");
      const retention = c.req.valid("json");
      if (!(await setKeepIdleDays(controlDatabase(c.env), id, retention.keep_idle_days))) {
        fail({ kind: "not_found", entity: "project", id });
      }
      return reply(c, { retention });
    },
  )
  .post(
    "/projects/:project_id/keys",
    operation({
      id: "createKey",
      tag,
      summary: "Create a key of a project; the key itself is shown this once",
      access: "operator",
      body: CreateKeyBody,
      reply: CreatedKeyReply,
    }),
    async (c) => {
      return reply(
        c,
        await issueKey(controlDatabase(c.env), c.req.param("project_id"), c.req.valid("json")),
      );
    },
  )
  .get(
    "/projects/:project_id/keys",
    operation({
      id: "listKeys",
      tag,
      summary: "List a project's keys, the newest first, revoked ones included",
      access: "operator",
      reply: KeyListReply,
    }),
    async (c) => {
      const keys = await listKeys(controlDatabase(c.env), c.req.param("project_id"));
      return reply(c, { keys: unwrap(keys).map(presentKey) });
    },
  )
  .delete(
    "/projects/:project_id/keys/:key_id",
    operation({
      id: "revokeKey",
      tag,
      summary: "Revoke a key: dead everywhere within a minute",
      access: "operator",
      reply: RevokedKeyReply,
    }),
    async (c) => {
      return reply(
        c,
        await killKey(controlDatabase(c.env), c.req.param("project_id"), c.req.param("key_id")),
      );
    },
  );
