import { type Context, Hono } from "hono";

import { checkDefinition } from "../../../core/check-deployable";
import { findModel } from "../../../core/model-names";
import { type Caller, mayRunTool } from "../../../domain/access/caller";
import type { Outcome } from "../../../domain/failure";
import { newToolId } from "../../../domain/ids";
import type { Tool } from "../../../domain/tool";
import { databaseOf } from "../../../store/sql/databases";
import {
  type DeployedTool,
  getDeployedTool,
  listDeployedTools,
  listWholeVersions,
} from "../../../store/tools/deployed-tools";
import {
  type ToolChange,
  createTool,
  deleteTool,
  deployVersion,
  updateTool,
} from "../../../store/tools/tools";
import type { AppEnv } from "../../shared/app-env";
import { storeResponseWith } from "../../shared/idempotency/idempotent-request";
import { reply } from "../../shared/operation";
import { fail, unwrap } from "../../shared/reply/fail";
import { aliasedIdOf } from "../aliases";
import { call } from "../call";
import { presentList, readPage } from "../fields";
import { toWireId } from "../ids";
import { withStores } from "../inline-stores";
import { checkStores } from "../known-stores";
import { storesIn } from "../tool-resources";
import {
  AssistantDeletedWire,
  type AssistantFields,
  AssistantListWire,
  AssistantWire,
  CreateAssistantBody,
  ListAssistantsQuery,
  ListVersionsQuery,
  UpdateAssistantBody,
  VersionListWire,
  presentAssistant,
  presentClosedAssistant,
  presentVersion,
} from "./assistant-wire";
import {
  type AssistantConfig,
  assistantActions,
  assistantConfigOf,
  formatConfig,
  toolsConfig,
  modelConfig,
} from "./definition";

const tag = "Assistants";

export const assistants = new Hono<AppEnv>()
  .post(
    "/assistants",
    call({
      id: "openaiCreateAssistant",
      tag,
      summary: "Create an assistant, which is a tool of one chat action",
      access: "write",
      body: CreateAssistantBody,
      reply: AssistantWire,
      failures: ["not_found"],
    }),
    async (c) => {
      const body = c.req.valid("json");
      const model = modelConfig(body.model, unwrap(findModel(c.env, body.model)));
      const config = { ...model, ...configOf(c.env, body) };
      const owner = { threadId: null, at: [] };
      const made = await withStores(c, body.tool_resources, owner, async (knowledge) => {
        const definition = await define(
          knowledge === undefined ? config : { ...config, knowledge },
        );
        const present = (tool: Tool) => presentAssistant({ ...tool, actions: definition.actions });
        const tool = {
          projectId: c.var.caller.projectId,
          id: newToolId(),
          name: body.name ?? "",
          description: body.description ?? null,
          metadata: body.metadata ?? null,
          defaultVersion: "live" as const,
          ...definition,
          nowMs: Date.now(),
        };
        const db = databaseOf(c.env, c.var.caller);
        return present(await createTool(db, tool, storeResponseWith(c, present)));
      });
      return reply(c, made);
    },
  )
  .get(
    "/assistants",
    call({
      id: "openaiListAssistants",
      tag,
      summary: "List assistants, the newest first",
      description:
        "Every tool of the project is one, also those that were not made here. A session token is shown those that it may run, without their insides.",
      access: "read",
      verb: "runs:create",
      query: ListAssistantsQuery,
      reply: AssistantListWire,
    }),
    async (c) => {
      const query = c.req.valid("query");
      const { caller } = c.var;
      const listed = await listDeployedTools(
        databaseOf(c.env, caller),
        { projectId: caller.projectId, ids: caller.kind === "key" ? null : caller.toolIds },
        readPage("assistant", query),
      );
      return reply(c, presentList(unwrap(listed), presenterFor(caller), query));
    },
  )
  .get(
    "/assistants/:assistant_id",
    call({
      id: "openaiGetAssistant",
      tag,
      summary: "Get an assistant",
      access: "read",
      verb: "runs:create",
      reply: AssistantWire,
    }),
    async (c) => reply(c, presenterFor(c.var.caller)(await assistantOf(c))),
  )
  .get(
    "/assistants/:assistant_id/versions",
    call({
      id: "openaiListAssistantVersions",
      tag,
      summary: "List what an assistant said of itself, version by version",
      description: "Bobbin's. `POST /assistants/{assistant_id}` with `version` goes back to one.",
      access: "read",
      query: ListVersionsQuery,
      reply: VersionListWire,
    }),
    async (c) => {
      const query = c.req.valid("query");
      const id = await aliasedIdOf(c, "assistant");
      const address = { projectId: c.var.caller.projectId, id };
      const db = databaseOf(c.env, c.var.caller);
      const listed = await listWholeVersions(db, address, query);
      return reply(
        c,
        presentList(unwrap(listed), (version) => presentVersion(id, version), query),
      );
    },
  )
  .post(
    "/assistants/:assistant_id",
    call({
      id: "openaiUpdateAssistant",
      tag,
      summary: "Change an assistant: a new version, which is run from now on",
      description: "Runs that have begun go on with the version that they began with.",
      access: "write",
      body: UpdateAssistantBody,
      reply: AssistantWire,
    }),
    async (c) => {
      const { version, ...body } = c.req.valid("json");
      const tool = await assistantOf(c);
      const db = databaseOf(c.env, c.var.caller);
      const address = { projectId: tool.projectId, id: tool.id };
      const nowMs = Date.now();
      const change = {
        ...(body.model ? modelConfig(body.model, unwrap(findModel(c.env, body.model))) : {}),
        ...configOf(c.env, body),
      };
      await checkStores(c, storesIn(body.tool_resources));
      if (Object.keys(change).length > 0) {
        const definition = await define({
          ...(assistantConfigOf(tool.actions) ?? refuseForeign(tool)),
          ...change,
        });
        unwrap(await deployVersion(db, address, { ...definition, live: true, nowMs }));
      }
      const named = namingOf(body, version);
      if (Object.keys(named).length > 0) {
        const updated = await updateTool(db, address, { ...named, nowMs });
        unwrapVersion(updated);
      }
      return reply(c, presentAssistant(await assistantOf(c)));
    },
  )
  .delete(
    "/assistants/:assistant_id",
    call({
      id: "openaiDeleteAssistant",
      tag,
      summary: "Delete an assistant with its versions",
      access: "write",
      reply: AssistantDeletedWire,
    }),
    async (c) => {
      const deleted = await deleteTool(databaseOf(c.env, c.var.caller), {
        projectId: c.var.caller.projectId,
        id: await aliasedIdOf(c, "assistant"),
      });
      const id = toWireId("assistant", unwrap(deleted).id);
      return reply(c, { id, object: "assistant.deleted", deleted: true });
    },
  );

async function assistantOf(c: Context<AppEnv>): Promise<DeployedTool> {
  const { projectId } = c.var.caller;
  const address = { projectId, id: await aliasedIdOf(c, "assistant") };
  if (!mayRunTool(c.var.caller, address.id)) {
    fail({ kind: "not_found", entity: "tool", id: address.id });
  }
  return unwrap(await getDeployedTool(databaseOf(c.env, c.var.caller), address));
}

function namingOf(
  { name, description, metadata }: Partial<AssistantFields>,
  version: number | null | undefined,
): Omit<ToolChange, "nowMs"> {
  return {
    ...(name === undefined ? {} : { name: name ?? "" }),
    ...(description === undefined ? {} : { description }),
    ...(metadata === undefined ? {} : { metadata }),
    ...(version ? { liveVersion: version, defaultVersion: "live" as const } : {}),
  };
}

/** The core's name of the field is another. */
function unwrapVersion(updated: Outcome<Tool>): void {
  if (!updated.ok && updated.failure.kind === "invalid") {
    const issues = updated.failure.issues.map((issue) => ({ ...issue, path: ["version"] }));
    fail({ ...updated.failure, issues });
  }
  unwrap(updated);
}

/** A tool's insides are the project's own. */
function presenterFor({ kind }: Caller): typeof presentAssistant {
  return kind === "key" ? presentAssistant : presentClosedAssistant;
}

/** Its actions are more than an assistant has words for. */
function refuseForeign({ projectId, id }: DeployedTool): never {
  const message = `This tool was not made here. POST /api/sdk/p/${projectId}/a/${id}/v deploys its next version`;
  const rule = { kind: "named", code: "unsupported_tool" } as const;
  return fail({ kind: "invalid", where: "body", issues: [{ path: [], message, rule }] });
}

async function define(config: Partial<AssistantConfig>) {
  return unwrap(await checkDefinition({ actions: assistantActions(config) }));
}

/** Only what the request says; null is what it is where it was never said. */
function configOf(env: Env, body: Partial<AssistantFields>): Partial<AssistantConfig> {
  const knowledge = storesIn(body.tool_resources);
  return {
    ...(body.instructions === undefined ? {} : { instruction: body.instructions }),
    ...(body.tools === undefined ? {} : toolsConfig(env, body.tools ?? [])),
    ...(knowledge === undefined ? {} : { knowledge }),
    ...(body.temperature === undefined ? {} : { temperature: body.temperature }),
    ...(body.top_p === undefined ? {} : { top_p: body.top_p }),
    ...(body.response_format === undefined
      ? {}
      : { response_format: formatConfig(body.response_format) }),
    ...(body.reasoning_effort === undefined ? {} : { reasoning_effort: body.reasoning_effort }),
  };
}
