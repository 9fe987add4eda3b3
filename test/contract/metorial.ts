import * as z from "zod";

import { newThreadId } from "../../src/domain/ids";
import type { TestProject } from "../support/project";
import { chatActions, makeTool } from "../support/tool";
import { type Dialect, NOT_SUPPORTED } from "./dialect";
import { METORIAL_OPENS } from "./metorial-opens";

const Thread = z.object({
  id: z.string().startsWith("thread_"),
  metadata: z.record(z.string(), z.string()),
});
const List = z.strictObject({
  __typename: z.literal("list"),
  items: z.array(Thread),
  pagination: z.strictObject({ has_more_after: z.boolean(), has_more_before: z.boolean() }),
});
const Failure = z.object({
  __typename: z.literal("error"),
  ok: z.literal(false),
  code: z.string(),
  message: z.string(),
  errors: z.array(z.object({ path: z.array(z.union([z.string(), z.int()])) })).default([]),
});

export const metorial: Dialect = {
  name: "Metorial",
  // Its messages, files and runs are other APIs of the vendor's.
  lacks: ["messages", "files", "runs"],
  opens: METORIAL_OPENS,
  neverId: () => `thread_${newThreadId()}`,
  bareId: (id) => id.replace(/^thread_/, ""),
  readError: (json) => {
    const { code, message, errors } = Failure.parse(json);
    return { code, message, paths: errors.map(({ path }) => path.join(".")) };
  },
  codes: {
    threadNotFound: "not_found",
    messageNotFound: null,
    fileNotFound: null,
    runNotFound: null,
    otherBody: "conflict",
    noRoute: "not_found",
    methodNotAllowed: "method_not_allowed",
    invalid: "invalid_data",
    malformedBody: "bad_request",
    unauthorized: "unauthorized",
    forbidden: "forbidden",
  },
  write: async (project) => ({ path: "/v1/threads", json: await agentOf(project) }),
  threads: {
    path: "/v1/threads",
    creationFields: agentOf,
    update: { method: "PUT" },
    read: (json) => Thread.parse(json),
    readList: (json) => List.parse(json).items,
    readDeleted: (json) => Thread.parse(json).id,
    readMore: (json) => {
      const { has_more_after: after, has_more_before: before } = List.parse(json).pagination;
      return { after, before };
    },
    cursor: "cursor",
    otherUpdate: "PATCH",
    form: (fields, [name, value]) => {
      const body = new URLSearchParams({ ...fields, [`metadata[${name}]`]: value });
      return {
        method: "POST",
        body: body.toString(),
        headers: { "Content-Type": "application/x-www-form-urlencoded" },
      };
    },
  },
  messages: NOT_SUPPORTED,
  files: NOT_SUPPORTED,
  runs: NOT_SUPPORTED,
};

async function agentOf({ id }: TestProject): Promise<Record<string, string>> {
  return { agent_id: `agent_${await makeTool(id, chatActions())}` };
}
