import { Hono } from "hono";

import { makeKnowledge } from "../../../core/knowledge";
import { defaultEmbedding } from "../../../core/model-names";
import { deleteKnowledge } from "../../../store/knowledge/delete-knowledge";
import { getKnowledge, pageKnowledge, updateKnowledge } from "../../../store/knowledge/knowledge";
import { databaseOf } from "../../../store/sql/databases";
import type { AppEnv } from "../../shared/app-env";
import { coreContext } from "../../shared/core-context";
import { reply } from "../../shared/operation";
import { unwrap } from "../../shared/reply/fail";
import { call } from "../call";
import { presentList, readPage } from "../fields";
import { idOf, newWireId, toWireId } from "../ids";
import { toDocument } from "./fields";
import {
  CreateStoreBody,
  ListStoresQuery,
  StoreDeletedWire,
  StoreListWire,
  StoreWire,
  UpdateStoreBody,
  presentStore,
} from "./store-wire";

const tag = "Vector stores";

export const stores = new Hono<AppEnv>()
  .post(
    "/vector_stores",
    call({
      id: "openaiCreateVectorStore",
      tag,
      summary: "Create a vector store, which is a knowledge base",
      description: "Its passages have vectors where `DEFAULT_EMBEDDING` names a model.",
      access: "write",
      body: CreateStoreBody,
      reply: StoreWire,
      failures: ["not_found", "conflict"],
    }),
    async (c) => {
      const body = c.req.valid("json");
      const { chunking_strategy: chunking } = body;
      const made = await makeKnowledge(c.var.caller, coreContext(c), {
        name: newWireId(),
        title: body.name ?? null,
        description: body.description ?? null,
        embedding: defaultEmbedding(c.env),
        metadata: body.metadata ?? null,
        expiresAfterDays: body.expires_after?.days ?? null,
        nowMs: Date.now(),
        documents: (body.file_ids ?? []).map((fileId) =>
          toDocument({ file_id: fileId, chunking_strategy: chunking }),
        ),
      });
      return reply(c, presentStore(unwrap(made)));
    },
  )
  .get(
    "/vector_stores",
    call({
      id: "openaiListVectorStores",
      tag,
      summary: "List vector stores, the newest first",
      access: "read",
      query: ListStoresQuery,
      reply: StoreListWire,
    }),
    async (c) => {
      const query = c.req.valid("query");
      const { projectId } = c.var.caller;
      const page = readPage("vector_store", query);
      const listed = await pageKnowledge(databaseOf(c.env, c.var.caller), projectId, page);
      return reply(c, presentList(unwrap(listed), presentStore, query));
    },
  )
  .get(
    "/vector_stores/:vector_store_id",
    call({
      id: "openaiGetVectorStore",
      tag,
      summary: "Get a vector store",
      access: "read",
      reply: StoreWire,
    }),
    async (c) => {
      const { projectId } = c.var.caller;
      const db = databaseOf(c.env, c.var.caller);
      const store = await getKnowledge(db, projectId, idOf(c, "vector_store"));
      return reply(c, presentStore(unwrap(store)));
    },
  )
  .post(
    "/vector_stores/:vector_store_id",
    call({
      id: "openaiUpdateVectorStore",
      tag,
      summary: "Change a vector store's name, metadata or end",
      access: "write",
      body: UpdateStoreBody,
      reply: StoreWire,
    }),
    async (c) => {
      const { name, expires_after: expiry, metadata } = c.req.valid("json");
      const { projectId } = c.var.caller;
      const db = databaseOf(c.env, c.var.caller);
      const changed = await updateKnowledge(db, projectId, idOf(c, "vector_store"), {
        title: name,
        metadata,
        expiresAfterDays: expiry === undefined ? undefined : (expiry?.days ?? null),
      });
      return reply(c, presentStore(unwrap(changed)));
    },
  )
  .delete(
    "/vector_stores/:vector_store_id",
    call({
      id: "openaiDeleteVectorStore",
      tag,
      summary: "Delete a vector store; its files stay in the project",
      access: "write",
      reply: StoreDeletedWire,
    }),
    async (c) => {
      const { projectId } = c.var.caller;
      const db = databaseOf(c.env, c.var.caller);
      const deleted = await deleteKnowledge(db, projectId, idOf(c, "vector_store"));
      const id = toWireId("vector_store", unwrap(deleted).name);
      return reply(c, { id, object: "vector_store.deleted", deleted: true });
    },
  );
