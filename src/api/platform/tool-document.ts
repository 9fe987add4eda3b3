/** The OpenAPI document of one tool: its run call alone, as a deploy hands it out. */
import { Hono } from "hono";
import * as z from "zod";

import { databaseOf } from "../../store/sql/databases";
import { type NamedVersion, loadToolVersion } from "../../store/tools/tool-versions";
import { rebyteDocument } from "../rebyte/document";
import { runs } from "../rebyte/runs";
import type { AppEnv } from "../shared/app-env";
import { makeDocument, merge } from "../shared/openapi/document";
import { operation, reply } from "../shared/operation";
import { fail } from "../shared/reply/fail";
import { ownProject } from "../shared/request/own-project";

export const toolDocument = new Hono<AppEnv>().get(
  "/p/:project_id/a/:tool_id/openapi.json",
  operation({
    id: "getToolDocument",
    tag: "Tools",
    summary: "Get the OpenAPI document of this one tool's run call",
    access: "read",
    reply: z.record(z.string(), z.unknown()),
  }),
  async (c) => {
    const projectId = ownProject(c);
    const toolId = c.req.param("tool_id");
    const found = await loadToolVersion(
      databaseOf(c.env, c.var.caller),
      projectId,
      toolId,
      "default",
    );
    if ("unknown" in found) {
      return fail({ kind: "not_found", entity: found.unknown, id: toolId });
    }
    const runPath = `${rebyteDocument.prefix}/p/${projectId}/a/${toolId}/r`;
    return reply(c, describeTool(found, runPath, new URL(c.req.url).origin));
  },
);

function describeTool({ name, version }: NamedVersion, runPath: string, origin: string) {
  const info = {
    title: name,
    version: String(version.version),
    description: `Version ${version.version} of the tool ${name}. Runs take it unless they name another.`,
  };
  const app = new Hono<AppEnv>().route(rebyteDocument.prefix, runs);
  const document = makeDocument(app, info, [rebyteDocument], ({ id }) => id === "startRun");
  const config = Object.fromEntries(
    version.actions.flatMap((action) => (action.config ? [[action.name, action.config]] : [])),
  );
  const example = { version: version.version, config, inputs: [{}], blocking: true };
  const over = { requestBody: { content: { "application/json": { example } } } };
  // The one run call, of which the path now says everything.
  const calls = Object.values(document.paths).flatMap(({ post }) => {
    if (post === undefined) {
      return [];
    }
    const { parameters: _, ...call } = merge(post, over);
    return [[runPath, { post: call }] as const];
  });
  return {
    ...document,
    servers: [{ url: origin }],
    tags: [{ name: "Runs" }],
    paths: Object.fromEntries(calls),
  };
}
