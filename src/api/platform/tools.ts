import { type Context, Hono } from "hono";

import { checkDefinition, warnOfKnowledge } from "../../core/check-deployable";
import { newToolId } from "../../domain/ids";
import { databaseOf } from "../../store/sql/databases";
import {
  type Definition,
  listVersions,
  loadToolVersion,
  lostVersion,
} from "../../store/tools/tool-versions";
import {
  type ToolAddress,
  createTool,
  deleteTool,
  deployVersion,
  getTool,
  listTools,
  updateTool,
} from "../../store/tools/tools";
import type { AppEnv } from "../shared/app-env";
import { storeResponseWith } from "../shared/idempotency/idempotent-request";
import { operation, reply } from "../shared/operation";
import { fail, unwrap } from "../shared/reply/fail";
import { toSeconds } from "../shared/reply/seconds";
import { ownProject } from "../shared/request/own-project";
import {
  CreateToolBody,
  DeployVersionBody,
  DeployedReply,
  ListToolsQuery,
  ListVersionsQuery,
  ToolDeletedReply,
  ToolListReply,
  ToolReply,
  UpdateToolBody,
  VersionListReply,
  VersionWire,
  presentDeployedWith,
  presentTool,
  presentToolReply,
  presentVersion,
  readSelector,
} from "./tool-wire";

const tag = "Tools";

export const tools = new Hono<AppEnv>()
  .post(
    "/p/:project_id/a",
    operation({
      id: "createTool",
      tag,
      summary: "Create a tool and deploy its version 1, which is live",
      access: "write",
      body: CreateToolBody,
      reply: DeployedReply,
    }),
    async (c) => {
      const projectId = ownProject(c);
      const {
        name,
        description = null,
        metadata = null,
        default_version: defaultVersion,
        ...definition
      } = c.req.valid("json");
      const checked = unwrap(await checkDefinition(definition));
      const present = await presenterFor(c, checked);
      const tool = await createTool(
        databaseOf(c.env, c.var.caller),
        {
          projectId,
          id: newToolId(),
          name,
          description,
          metadata,
          defaultVersion,
          ...checked,
          nowMs: Date.now(),
        },
        storeResponseWith(c, present),
      );
      return reply(c, present(tool));
    },
  )
  .get(
    "/p/:project_id/a",
    operation({
      id: "listTools",
      tag,
      summary: "List tools, the newest first",
      access: "read",
      query: ListToolsQuery,
      reply: ToolListReply,
    }),
    async (c) => {
      const listed = await listTools(
        databaseOf(c.env, c.var.caller),
        ownProject(c),
        c.req.valid("query"),
      );
      return reply(c, { tools: unwrap(listed).items.map(presentTool) });
    },
  )
  .get(
    "/p/:project_id/a/:tool_id",
    operation({ id: "getTool", tag, summary: "Get a tool", access: "read", reply: ToolReply }),
    async (c) => {
      const tool = await getTool(databaseOf(c.env, c.var.caller), addressOf(c));
      return reply(c, presentToolReply(unwrap(tool)));
    },
  )
  .post(
    "/p/:project_id/a/:tool_id",
    operation({
      id: "updateTool",
      tag,
      summary: "Rename or describe a tool, promote or roll back its live version",
      access: "write",
      body: UpdateToolBody,
      reply: ToolReply,
    }),
    async (c) => {
      const {
        live_version: liveVersion,
        default_version: defaultVersion,
        ...change
      } = c.req.valid("json");
      const tool = await updateTool(databaseOf(c.env, c.var.caller), addressOf(c), {
        ...change,
        liveVersion,
        defaultVersion,
        nowMs: Date.now(),
      });
      return reply(c, presentToolReply(unwrap(tool)));
    },
  )
  .delete(
    "/p/:project_id/a/:tool_id",
    operation({
      id: "deleteTool",
      tag,
      summary: "Delete a tool with its versions",
      access: "write",
      reply: ToolDeletedReply,
    }),
    async (c) => {
      const deleted = await deleteTool(databaseOf(c.env, c.var.caller), addressOf(c));
      return reply(c, { message: "deleted", toolId: unwrap(deleted).id });
    },
  )
  .post(
    "/p/:project_id/a/:tool_id/v",
    operation({
      id: "deployVersion",
      tag,
      summary: "Deploy a new version",
      description: "Versions count 1, 2, 3 … and never change.",
      access: "write",
      body: DeployVersionBody,
      reply: DeployedReply,
    }),
    async (c) => {
      const { live, ...definition } = c.req.valid("json");
      const checked = unwrap(await checkDefinition(definition));
      const present = await presenterFor(c, checked);
      const tool = await deployVersion(
        databaseOf(c.env, c.var.caller),
        addressOf(c),
        { ...checked, live, nowMs: Date.now() },
        storeResponseWith(c, present),
      );
      return reply(c, present(unwrap(tool)));
    },
  )
  .get(
    "/p/:project_id/a/:tool_id/v",
    operation({
      id: "listVersions",
      tag,
      summary: "List a tool's versions, the newest first",
      access: "read",
      query: ListVersionsQuery,
      reply: VersionListReply,
    }),
    async (c) => {
      const versions = await listVersions(
        databaseOf(c.env, c.var.caller),
        addressOf(c),
        c.req.valid("query"),
      );
      return reply(c, {
        versions: unwrap(versions).map(({ version, live, createdAtMs }) => ({
          version,
          live,
          created_at: toSeconds(createdAtMs),
        })),
      });
    },
  )
  .get(
    "/p/:project_id/a/:tool_id/v/:version",
    operation({
      id: "getVersion",
      tag,
      summary: "Get one version with its actions",
      access: "read",
      reply: VersionWire,
    }),
    async (c) => {
      const { projectId, id } = addressOf(c);
      const name = c.req.param("version");
      const selector = readSelector(name);
      const found =
        selector === undefined
          ? ({ unknown: "tool_version" } as const)
          : await loadToolVersion(databaseOf(c.env, c.var.caller), projectId, id, selector);
      if ("unknown" in found) {
        return fail(
          found.unknown === "tool"
            ? { kind: "not_found", entity: "tool", id }
            : await lostVersion(databaseOf(c.env, c.var.caller), { projectId, id }, name),
        );
      }
      return reply(c, presentVersion(found.version));
    },
  );

/** With a warning of each knowledge base that an action names and that is not there. */
async function presenterFor(c: Context<AppEnv>, { actions }: Definition) {
  const { caller } = c.var;
  return presentDeployedWith(
    await warnOfKnowledge(databaseOf(c.env, caller), caller.projectId, actions),
  );
}

function addressOf(c: Context<AppEnv, "/p/:project_id/a/:tool_id">): ToolAddress {
  return { projectId: ownProject(c), id: c.req.param("tool_id") };
}
