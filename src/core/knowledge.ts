/** Verbs of knowledge that have a rule beside their caller: what may become a document, and who indexes it. */
import { embeddingPorts } from "../adapters/knowledge-ports";
import { type Caller, scopeOf } from "../domain/access/caller";
import { type Failure, type Outcome, failed, success } from "../domain/failure";
import type { Knowledge, KnowledgeHit, KnowledgeQuery } from "../domain/knowledge";
import { wakeIndexer } from "../indexing/wake-indexer";
import { createKnowledge } from "../knowledge/create-knowledge";
import { searchKnowledge } from "../knowledge/search-knowledge";
import { checkFiles } from "../store/files/files";
import { describeFiles } from "../store/files/run-files";
import { type WaitingDocument, enqueueDocuments } from "../store/knowledge/document-work";
import {
  type NewKnowledge,
  type NumberedKnowledge,
  findLostKnowledge,
  getKnowledge,
  lostKnowledge,
} from "../store/knowledge/knowledge";
import { allRows, runBatch } from "../store/sql/batch";
import { databaseOf } from "../store/sql/databases";
import type { CoreContext } from "./context";

/** With these files as its first documents. */
export async function makeKnowledge(
  caller: Caller,
  core: Pick<CoreContext, "env" | "later">,
  { documents, ...knowledge }: NewKnowledge & { documents: readonly WaitingDocument[] },
): Promise<Outcome<Knowledge>> {
  const { env } = core;
  const db = databaseOf(env, caller);
  const lost = await findLostFile(caller, env, fileIdsOf(documents));
  if (lost !== null) {
    return failed({ kind: "not_found", entity: "file", id: lost });
  }
  const { signal } = new AbortController();
  const made = await createKnowledge(
    db,
    caller.projectId,
    knowledge,
    embeddingPorts(env, caller.projectId),
    signal,
  );
  if (!made.ok || documents.length === 0) {
    return made;
  }
  await putWaiting(caller, core, made.value, { documents, batchId: null });
  return success({
    ...made.value,
    documentCount: documents.length,
    waitingCount: documents.length,
  });
}

export interface PutFiles {
  knowledge: string;
  documents: readonly WaitingDocument[];
  /** Of the batch that they make; null where they make none. */
  batchId: string | null;
}

/** The files are indexed behind the answer. One that the caller does not see is `not_found`. */
export async function putFiles(
  caller: Caller,
  core: Pick<CoreContext, "env" | "later">,
  { knowledge: name, documents, batchId }: PutFiles,
): Promise<Outcome<{ nowMs: number }>> {
  const db = databaseOf(core.env, caller);
  const knowledge = await getKnowledge(db, caller.projectId, name);
  if (!knowledge.ok) {
    return knowledge;
  }
  const lost = await findLostFile(caller, core.env, fileIdsOf(documents));
  return lost === null
    ? success(await putWaiting(caller, core, knowledge.value, { documents, batchId }))
    : failed({ kind: "not_found", entity: "file", id: lost });
}

/** Of files that the caller sees: the caller of this has asked. */
async function putWaiting(
  { projectId }: Caller,
  { env, later }: Pick<CoreContext, "env" | "later">,
  { number }: Pick<NumberedKnowledge, "number">,
  put: Omit<PutFiles, "knowledge">,
): Promise<{ nowMs: number }> {
  const db = databaseOf(env, { projectId });
  const nowMs = Date.now();
  await runBatch(db, { put: enqueueDocuments(db, number, { ...put, nowMs }) });
  later(wakeIndexer(env, { projectId, number }));
  return { nowMs };
}

function fileIdsOf(documents: readonly WaitingDocument[]): string[] {
  return documents.map(({ fileId }) => fileId);
}

/** The first of the files that the caller does not see; null where it sees all. */
export async function findLostFile(
  caller: Caller,
  env: Env,
  fileIds: readonly string[],
): Promise<string | null> {
  const check = checkFiles(databaseOf(env, caller), scopeOf(caller), fileIds);
  return check === null ? null : ((await allRows(check))[0]?.id ?? null);
}

export interface FoundPassages {
  hits: KnowledgeHit[];
  /** Of files, by their ids. */
  names: Map<string, string>;
}

/** With the names of the files that the passages are from. */
export async function searchByCaller(
  caller: Caller,
  { env }: Pick<CoreContext, "env">,
  query: KnowledgeQuery,
  signal: AbortSignal,
): Promise<Outcome<FoundPassages>> {
  const db = databaseOf(env, caller);
  const { projectId } = caller;
  const answer = await searchKnowledge(
    db,
    projectId,
    query,
    embeddingPorts(env, projectId),
    signal,
  );
  if (!answer.ok) {
    return answer;
  }
  const { hits } = answer.value;
  const ids = [...new Set(hits.flatMap(({ fileId }) => fileId ?? []))];
  const open = { open: "project", threadIds: [] } as const;
  const files = ids.length === 0 ? [] : await describeFiles(db, scopeOf(caller), ids, open);
  return success({ hits, names: new Map(Array.from(files, ([id, { name }]) => [id, name])) });
}

/** Why the caller may not have these searched; null where it may. */
export async function checkKnowledge(
  caller: Caller,
  { env }: Pick<CoreContext, "env">,
  names: readonly string[],
): Promise<Failure | null> {
  if (names.length > 0 && caller.kind === "token") {
    const reason = "knowledge is for keys alone: it belongs to the project and to no end user";
    return { kind: "closed_to_tokens", path: ["knowledge"], reason };
  }
  if (names.length === 0) {
    return null;
  }
  const [lost] = await findLostKnowledge(databaseOf(env, caller), caller.projectId, names);
  return lost === undefined ? null : lostKnowledge(lost);
}
