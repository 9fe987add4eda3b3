import { type Context, Hono } from "hono";

import { putFiles } from "../../../core/knowledge";
import {
  type DocumentAddress,
  deleteDocument,
  describeDocument,
  getDocument,
  listDocuments,
  updateAttributes,
} from "../../../store/knowledge/knowledge-documents";
import { databaseOf } from "../../../store/sql/databases";
import type { AppEnv } from "../../shared/app-env";
import { coreContext } from "../../shared/core-context";
import { reply } from "../../shared/operation";
import { unwrap } from "../../shared/reply/fail";
import { call } from "../call";
import { presentList, readPage } from "../fields";
import { idOf, toWireId } from "../ids";
import { sayWhenToPoll } from "../runs/run-access";
import { toDocument } from "./fields";
import {
  AddFileBody,
  ContentPageWire,
  ListStoreFilesQuery,
  StoreFileDeletedWire,
  StoreFileListWire,
  StoreFileWire,
  UpdateFileBody,
  presentStoreFile,
  statusOf,
} from "./store-file-wire";

const tag = "Vector stores";

export const storeFiles = new Hono<AppEnv>()
  .post(
    "/vector_stores/:vector_store_id/files",
    call({
      id: "openaiCreateVectorStoreFile",
      tag,
      summary: "Put a file into a vector store",
      description: "It is indexed behind the answer: `status` tells how it stands.",
      access: "write",
      body: AddFileBody,
      reply: StoreFileWire,
    }),
    async (c) => {
      const store = idOf(c, "vector_store");
      const document = toDocument(c.req.valid("json"));
      const put = { knowledge: store, documents: [document], batchId: null };
      unwrap(await putFiles(c.var.caller, coreContext(c), put));
      return reply(c, await presentOne(c, { knowledge: store, id: document.id }));
    },
  )
  .get(
    "/vector_stores/:vector_store_id/files",
    call({
      id: "openaiListVectorStoreFiles",
      tag,
      summary: "List a vector store's files, the newest first",
      access: "read",
      query: ListStoreFilesQuery,
      reply: StoreFileListWire,
    }),
    async (c) => {
      const query = c.req.valid("query");
      const store = idOf(c, "vector_store");
      const listed = await listDocuments(
        databaseOf(c.env, c.var.caller),
        c.var.caller.projectId,
        store,
        readPage("file", query),
        { status: statusOf(query.filter) },
      );
      return reply(
        c,
        presentList(unwrap(listed), (one) => presentStoreFile(store, one), query),
      );
    },
  )
  .get(
    "/vector_stores/:vector_store_id/files/:store_file_id",
    call({
      id: "openaiGetVectorStoreFile",
      tag,
      summary: "Get a file of a vector store",
      access: "read",
      reply: StoreFileWire,
    }),
    async (c) => reply(c, await presentOne(c, addressOf(c))),
  )
  .post(
    "/vector_stores/:vector_store_id/files/:store_file_id",
    call({
      id: "openaiUpdateVectorStoreFile",
      tag,
      summary: "Replace the attributes of a file of a vector store",
      access: "write",
      body: UpdateFileBody,
      reply: StoreFileWire,
    }),
    async (c) => {
      const address = addressOf(c);
      const { attributes } = c.req.valid("json");
      const db = databaseOf(c.env, c.var.caller);
      const changed = await updateAttributes(db, c.var.caller.projectId, address, attributes);
      return reply(c, presentStoreFile(address.knowledge, unwrap(changed)));
    },
  )
  .get(
    "/vector_stores/:vector_store_id/files/:store_file_id/content",
    call({
      id: "openaiGetVectorStoreFileContent",
      tag,
      summary: "Get the text of a file of a vector store",
      access: "read",
      reply: ContentPageWire,
    }),
    async (c) => {
      const db = databaseOf(c.env, c.var.caller);
      const document = await getDocument(db, c.var.caller.projectId, addressOf(c));
      return reply(c, {
        object: "vector_store.file_content.page",
        data: [{ type: "text", text: unwrap(document).text }],
        has_more: false,
      });
    },
  )
  .delete(
    "/vector_stores/:vector_store_id/files/:store_file_id",
    call({
      id: "openaiDeleteVectorStoreFile",
      tag,
      summary: "Take a file out of a vector store; it stays in the project",
      access: "write",
      reply: StoreFileDeletedWire,
    }),
    async (c) => {
      const db = databaseOf(c.env, c.var.caller);
      const deleted = await deleteDocument(db, c.var.caller.projectId, addressOf(c));
      const id = toWireId("file", unwrap(deleted).id);
      return reply(c, { id, object: "vector_store.file.deleted", deleted: true });
    },
  );

async function presentOne(c: Context<AppEnv>, address: DocumentAddress) {
  const db = databaseOf(c.env, c.var.caller);
  const document = unwrap(await describeDocument(db, c.var.caller.projectId, address));
  sayWhenToPoll(c, document.updatedAtMs);
  return presentStoreFile(address.knowledge, document);
}

function addressOf(c: Context<AppEnv>): DocumentAddress {
  return { knowledge: idOf(c, "vector_store"), id: idOf(c, "file", "store_file_id") };
}
