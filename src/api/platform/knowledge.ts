import { type Context, Hono } from "hono";

import { embeddingPorts, sourcePorts } from "../../adapters/knowledge-ports";
import { putFiles } from "../../core/knowledge";
import { scopeOf } from "../../domain/access/caller";
import { createKnowledge } from "../../knowledge/create-knowledge";
import { indexDocument } from "../../knowledge/index-document";
import { readSource } from "../../knowledge/read-source";
import { searchKnowledge } from "../../knowledge/search-knowledge";
import { deleteKnowledge } from "../../store/knowledge/delete-knowledge";
import type { WaitingDocument } from "../../store/knowledge/document-work";
import { getKnowledge, listKnowledge } from "../../store/knowledge/knowledge";
import {
  deleteDocument,
  getDocument,
  listDocuments,
} from "../../store/knowledge/knowledge-documents";
import { databaseOf } from "../../store/sql/databases";
import type { AppEnv } from "../shared/app-env";
import { coreContext } from "../shared/core-context";
import { operation, reply } from "../shared/operation";
import { fail, unwrap } from "../shared/reply/fail";
import { ownProject } from "../shared/request/own-project";
import {
  CreateKnowledgeBody,
  DocumentDeletedReply,
  DocumentListReply,
  DocumentReply,
  KnowledgeDeletedReply,
  KnowledgeListReply,
  KnowledgeReply,
  ListDocumentsQuery,
  NameField,
  PutDocumentBody,
  SearchKnowledgeBody,
  SearchReply,
  WholeDocumentReply,
  presentDocument,
  presentHit,
  presentKnowledge,
  toSource,
} from "./knowledge-wire";

const tag = "Knowledge";

export const knowledge = new Hono<AppEnv>()
  .post(
    "/p/:project_id/knowledge",
    operation({
      id: "createKnowledge",
      tag,
      summary: "Create a knowledge base",
      access: "write",
      body: CreateKnowledgeBody,
      reply: KnowledgeReply,
      failures: ["conflict"],
    }),
    async (c) => {
      const projectId = ownProject(c);
      const { name, title = null, description = null, embedding } = c.req.valid("json");
      const model = embedding && { providerId: embedding.provider_id, modelId: embedding.model_id };
      const created = await createKnowledge(
        databaseOf(c.env, c.var.caller),
        projectId,
        { name, title, description, embedding: model ?? null, nowMs: Date.now() },
        embeddingPorts(c.env, projectId),
        c.req.raw.signal,
      );
      return reply(c, { knowledge: presentKnowledge(unwrap(created)) });
    },
  )
  .get(
    "/p/:project_id/knowledge",
    operation({
      id: "listKnowledge",
      tag,
      summary: "List the project's knowledge bases by name",
      access: "read",
      reply: KnowledgeListReply,
    }),
    async (c) => {
      const listed = await listKnowledge(databaseOf(c.env, c.var.caller), ownProject(c));
      return reply(c, { knowledge: listed.map(presentKnowledge) });
    },
  )
  .get(
    "/p/:project_id/knowledge/:name",
    operation({
      id: "getKnowledge",
      tag,
      summary: "Get a knowledge base",
      access: "read",
      reply: KnowledgeReply,
    }),
    async (c) => {
      const found = await getKnowledge(
        databaseOf(c.env, c.var.caller),
        ownProject(c),
        c.req.param("name"),
      );
      return reply(c, { knowledge: presentKnowledge(unwrap(found)) });
    },
  )
  .delete(
    "/p/:project_id/knowledge/:name",
    operation({
      id: "deleteKnowledge",
      tag,
      summary: "Delete a knowledge base with its documents",
      access: "write",
      reply: KnowledgeDeletedReply,
    }),
    async (c) => {
      const deleted = await deleteKnowledge(
        databaseOf(c.env, c.var.caller),
        ownProject(c),
        c.req.param("name"),
      );
      return reply(c, { message: "deleted", name: unwrap(deleted).name });
    },
  )
  .post(
    "/p/:project_id/knowledge/:name/search",
    operation({
      id: "searchKnowledge",
      tag,
      summary: "Find the passages that fit a question best",
      description:
        "Ranked by BM25 over the words of the passages, whatever their language, case and accents; with an embedding model also by meaning, both rankings fused.",
      access: "read",
      body: SearchKnowledgeBody,
      reply: SearchReply,
    }),
    async (c) => {
      const { query, top_k: topK, timestamp, ...tags } = c.req.valid("json");
      const answer = await searchKnowledge(
        databaseOf(c.env, c.var.caller),
        ownProject(c),
        {
          query,
          topK,
          knowledge: [c.req.param("name")],
          includeTags: tags.include_tags,
          excludeTags: tags.exclude_tags,
          fromMs: timestamp.gte,
          beforeMs: timestamp.lt,
        },
        embeddingPorts(c.env, ownProject(c)),
        c.req.raw.signal,
      );
      const { hits, rankedBy } = unwrap(answer);
      return reply(c, { hits: hits.map(presentHit), ranked_by: rankedBy });
    },
  )
  .put(
    "/p/:project_id/knowledge/:name/d/:document_id",
    operation({
      id: "putDocument",
      tag,
      summary: "Put a document, in the place of the one of the same id if there is one",
      access: "write",
      body: PutDocumentBody,
      reply: DocumentReply,
      failures: ["too_large", "unavailable"],
    }),
    async (c) => {
      const address = addressOf(c);
      checkDocumentId(address.id);
      const found = await getKnowledge(
        databaseOf(c.env, c.var.caller),
        address.projectId,
        address.knowledge,
      );
      const into = unwrap(found);
      const { attributes = null, background: isBehind, ...given } = c.req.valid("json");
      const { timestamp: timestampMs = null, tags = [], ...source } = given;
      if (isBehind && source.file_id !== undefined) {
        const { file_id: fileId } = source;
        const document = { id: address.id, fileId, attributes, passage: null, tags, timestampMs };
        return reply(c, { document: await putBehind(c, address, document) });
      }
      const sourced = await readSource(
        toSource(source),
        sourcePorts(c.env, scopeOf(c.var.caller), new URL(c.req.url).host),
        c.req.raw.signal,
      );
      const put = await indexDocument(
        databaseOf(c.env, c.var.caller),
        into,
        { ...unwrap(sourced), id: address.id, timestampMs, tags, attributes },
        embeddingPorts(c.env, address.projectId),
        c.req.raw.signal,
      );
      return reply(c, { document: presentDocument(unwrap(put)) });
    },
  )
  .get(
    "/p/:project_id/knowledge/:name/d/:document_id",
    operation({
      id: "getDocument",
      tag,
      summary: "Get a document with its text",
      access: "read",
      reply: WholeDocumentReply,
    }),
    async (c) => {
      const { projectId, ...address } = addressOf(c);
      const { text, ...document } = unwrap(
        await getDocument(databaseOf(c.env, c.var.caller), projectId, address),
      );
      return reply(c, { document: { ...presentDocument(document), text } });
    },
  )
  .get(
    "/p/:project_id/knowledge/:name/d",
    operation({
      id: "listDocuments",
      tag,
      summary: "List documents, the newest first",
      access: "read",
      query: ListDocumentsQuery,
      reply: DocumentListReply,
    }),
    async (c) => {
      const { status, batch_id: batchId, ...page } = c.req.valid("query");
      const listed = await listDocuments(
        databaseOf(c.env, c.var.caller),
        ownProject(c),
        c.req.param("name"),
        page,
        { status, batchId },
      );
      return reply(c, { documents: unwrap(listed).items.map(presentDocument) });
    },
  )
  .delete(
    "/p/:project_id/knowledge/:name/d/:document_id",
    operation({
      id: "deleteDocument",
      tag,
      summary: "Delete a document with its passages",
      access: "write",
      reply: DocumentDeletedReply,
    }),
    async (c) => {
      const { projectId, ...address } = addressOf(c);
      const deleted = await deleteDocument(databaseOf(c.env, c.var.caller), projectId, address);
      return reply(c, { message: "deleted", documentId: unwrap(deleted).id });
    },
  );

/** The document as it waits. */
async function putBehind(
  c: Context<AppEnv>,
  { projectId, ...address }: ReturnType<typeof addressOf>,
  document: WaitingDocument,
) {
  const put = { knowledge: address.knowledge, documents: [document], batchId: null };
  unwrap(await putFiles(c.var.caller, coreContext(c), put));
  const found = await getDocument(databaseOf(c.env, c.var.caller), projectId, address);
  const { text: _text, ...waiting } = unwrap(found);
  return presentDocument(waiting);
}

function addressOf(c: Context<AppEnv, "/p/:project_id/knowledge/:name/d/:document_id">) {
  return {
    projectId: ownProject(c),
    knowledge: c.req.param("name"),
    id: c.req.param("document_id"),
  };
}

function checkDocumentId(id: string): void {
  const parsed = NameField.safeParse(id);
  if (!parsed.success) {
    const issues = parsed.error.issues.map(({ message }) => ({ path: ["document_id"], message }));
    fail({ kind: "invalid", where: "path", issues });
  }
}
