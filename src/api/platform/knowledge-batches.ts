/** Files that one call puts into a knowledge, indexed behind the answer. */
import { type Context, Hono } from "hono";

import { putFiles } from "../../core/knowledge";
import { newBatchId } from "../../domain/ids";
import { cancelBatch, getBatch } from "../../store/knowledge/document-work";
import { databaseOf } from "../../store/sql/databases";
import type { AppEnv } from "../shared/app-env";
import { coreContext } from "../shared/core-context";
import { operation, reply } from "../shared/operation";
import { unwrap } from "../shared/reply/fail";
import { ownProject } from "../shared/request/own-project";
import { BatchReply, PutDocumentsBody, presentBatch, toWaiting } from "./knowledge-wire";

const tag = "Knowledge";

export const knowledgeBatches = new Hono<AppEnv>()
  .post(
    "/p/:project_id/knowledge/:name/batches",
    operation({
      id: "putDocuments",
      tag,
      summary: "Put several files as documents, which are indexed behind the answer",
      description: "`GET …/d?batch_id=` lists them; the batch counts how they stand.",
      access: "write",
      body: PutDocumentsBody,
      reply: BatchReply,
    }),
    async (c) => {
      const projectId = ownProject(c);
      const address = { knowledge: c.req.param("name"), id: newBatchId() };
      const documents = c.req.valid("json").documents.map(toWaiting);
      const put = { knowledge: address.knowledge, documents, batchId: address.id };
      unwrap(await putFiles(c.var.caller, coreContext(c), put));
      const batch = await getBatch(databaseOf(c.env, c.var.caller), projectId, address);
      return reply(c, { batch: presentBatch(unwrap(batch)) });
    },
  )
  .get(
    "/p/:project_id/knowledge/:name/batches/:document_batch_id",
    operation({
      id: "getDocumentBatch",
      tag,
      summary: "Get a batch of documents",
      access: "read",
      reply: BatchReply,
    }),
    async (c) => {
      const { projectId, ...address } = batchOf(c);
      const batch = await getBatch(databaseOf(c.env, c.var.caller), projectId, address);
      return reply(c, { batch: presentBatch(unwrap(batch)) });
    },
  )
  .post(
    "/p/:project_id/knowledge/:name/batches/:document_batch_id/cancel",
    operation({
      id: "cancelDocumentBatch",
      tag,
      summary: "Take out of the knowledge what of a batch is not indexed yet",
      access: "write",
      reply: BatchReply,
    }),
    async (c) => {
      const { projectId, ...address } = batchOf(c);
      const batch = await cancelBatch(databaseOf(c.env, c.var.caller), projectId, address);
      return reply(c, { batch: presentBatch(unwrap(batch)) });
    },
  );

function batchOf(c: Context<AppEnv, "/p/:project_id/knowledge/:name/batches/:document_batch_id">) {
  return {
    projectId: ownProject(c),
    knowledge: c.req.param("name"),
    id: c.req.param("document_batch_id"),
  };
}
