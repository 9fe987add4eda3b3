import { type Context, Hono } from "hono";

import { putFiles } from "../../../core/knowledge";
import { cancelBatch, getBatch } from "../../../store/knowledge/document-work";
import { listDocuments } from "../../../store/knowledge/knowledge-documents";
import { databaseOf } from "../../../store/sql/databases";
import type { AppEnv } from "../../shared/app-env";
import { coreContext } from "../../shared/core-context";
import { reply } from "../../shared/operation";
import { unwrap } from "../../shared/reply/fail";
import { call } from "../call";
import { presentList, readPage } from "../fields";
import { idOf, newWireId } from "../ids";
import { sayWhenToPoll } from "../runs/run-access";
import {
  BatchWire,
  CreateBatchBody,
  ListStoreFilesQuery,
  StoreFileListWire,
  presentBatch,
  presentStoreFile,
  statusOf,
  toDocuments,
} from "./store-file-wire";

const tag = "Vector stores";

export const batches = new Hono<AppEnv>()
  .post(
    "/vector_stores/:vector_store_id/file_batches",
    call({
      id: "openaiCreateFileBatch",
      tag,
      summary: "Put several files into a vector store",
      description: "They are indexed behind the answer: `file_counts` tells how they stand.",
      access: "write",
      body: CreateBatchBody,
      reply: BatchWire,
    }),
    async (c) => {
      const address = { knowledge: idOf(c, "vector_store"), id: newWireId() };
      const documents = toDocuments(c.req.valid("json"));
      const put = { knowledge: address.knowledge, documents, batchId: address.id };
      unwrap(await putFiles(c.var.caller, coreContext(c), put));
      return reply(c, await readBatch(c, address));
    },
  )
  .get(
    "/vector_stores/:vector_store_id/file_batches/:batch_id",
    call({
      id: "openaiGetFileBatch",
      tag,
      summary: "Get a batch of files",
      access: "read",
      reply: BatchWire,
    }),
    async (c) => {
      return reply(c, await readBatch(c, addressOf(c)));
    },
  )
  .post(
    "/vector_stores/:vector_store_id/file_batches/:batch_id/cancel",
    call({
      id: "openaiCancelFileBatch",
      tag,
      summary: "Cancel what of a batch is not indexed yet",
      description: "Those files are not in the store any more.",
      access: "write",
      reply: BatchWire,
    }),
    async (c) => {
      const address = addressOf(c);
      const db = databaseOf(c.env, c.var.caller);
      const batch = await cancelBatch(db, c.var.caller.projectId, address);
      return reply(c, presentBatch(address.knowledge, unwrap(batch)));
    },
  )
  .get(
    "/vector_stores/:vector_store_id/file_batches/:batch_id/files",
    call({
      id: "openaiListFileBatchFiles",
      tag,
      summary: "List the files of a batch, the newest first",
      access: "read",
      query: ListStoreFilesQuery,
      reply: StoreFileListWire,
    }),
    async (c) => {
      const query = c.req.valid("query");
      const address = addressOf(c);
      const { projectId } = c.var.caller;
      const db = databaseOf(c.env, c.var.caller);
      unwrap(await getBatch(db, projectId, address));
      const listed = await listDocuments(
        db,
        projectId,
        address.knowledge,
        readPage("file", query),
        { status: statusOf(query.filter), batchId: address.id },
      );
      return reply(
        c,
        presentList(unwrap(listed), (one) => presentStoreFile(address.knowledge, one), query),
      );
    },
  );

function addressOf(c: Context<AppEnv>) {
  return { knowledge: idOf(c, "vector_store"), id: idOf(c, "batch") };
}

/** As it stands, with the header that says when to ask again. */
async function readBatch(c: Context<AppEnv>, address: ReturnType<typeof addressOf>) {
  const db = databaseOf(c.env, c.var.caller);
  const batch = unwrap(await getBatch(db, c.var.caller.projectId, address));
  sayWhenToPoll(c, batch.createdAtMs);
  return presentBatch(address.knowledge, batch);
}
