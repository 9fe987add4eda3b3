/** Files that messages bring along for the model to search: they lie in a knowledge of their thread. */
import { nanoid } from "nanoid";

import { embeddingPorts, sourcePorts } from "../adapters/knowledge-ports";
import { type Caller, scopeOf } from "../domain/access/caller";
import { type Outcome, failed, success } from "../domain/failure";
import { toHex } from "../domain/ids";
import type { NewMessage } from "../domain/message";
import { FILE_SEARCH } from "../domain/run-event";
import { wakeIndexer } from "../indexing/wake-indexer";
import { createKnowledge } from "../knowledge/create-knowledge";
import { problemOfFile } from "../knowledge/read-source";
import { deleteEmptyKnowledge } from "../store/knowledge/delete-knowledge";
import { enqueueRevocably, withdrawDocuments } from "../store/knowledge/document-work";
import { getKnowledge } from "../store/knowledge/knowledge";
import { databaseOf } from "../store/sql/databases";
import type { CoreContext } from "./context";
import { findLostFile } from "./knowledge";
import { defaultEmbedding } from "./model-names";

/** Messages whose attachments are to be searched, and the thread that they go to. */
export interface Attaching {
  threadId: string;
  messages: readonly NewMessage[];
  /** Names of the knowledge that the thread has already; null: none. */
  own: string[] | null;
}

export interface AttachedFiles {
  /** That the thread is to have. */
  knowledge: string[] | null;
  /** Once the messages are written: the files are indexed. */
  settle(): void;
  /** Where they were refused: nothing of the files stays. @returns Whether the knowledge went with them. */
  withdraw(): Promise<boolean>;
}

/**
 * Lets the attached files wait to be indexed, before the messages are written: a repeated call changes
 * nothing, and what dies in between leaves files that wait. Fails with `not_found` for a file out of
 * reach, with `invalid` for one that is no document.
 */
export async function attachFiles(
  caller: Caller,
  core: Pick<CoreContext, "env" | "later">,
  { threadId, messages, own }: Attaching,
): Promise<Outcome<AttachedFiles>> {
  const { env, later } = core;
  const lost = await findLostFile(caller, env, namedBy(messages));
  if (lost !== null) {
    return failed({ kind: "not_found", entity: "file", id: lost });
  }
  const searched = searchedOf(messages);
  if (searched.length === 0) {
    return success({ knowledge: own, settle: () => {}, withdraw: () => Promise.resolve(false) });
  }
  const ports = sourcePorts(env, scopeOf(caller), "");
  for (const fileId of searched) {
    const problem = await problemOfFile(fileId, ports);
    if (problem !== null) {
      const rule = { kind: "named", code: "unsupported_file" } as const;
      const message = `Failed to index file: ${problem}`;
      const issues = [{ path: ["attachments"], message, rule }];
      return failed({ kind: "invalid", where: "body", issues });
    }
  }
  const { projectId } = caller;
  const { name, isMade } =
    own?.[0] === undefined ? await makeOwn(caller, env, threadId) : { name: own[0], isMade: false };
  const db = databaseOf(env, caller);
  const knowledge = await getKnowledge(db, projectId, name);
  if (!knowledge.ok) {
    return knowledge;
  }
  const { number } = knowledge.value;
  const documents = searched.map((id) => ({ id, fileId: id, attributes: null, passage: null }));
  const mark = nanoid();
  const newIds = await enqueueRevocably(db, number, { documents, mark, nowMs: Date.now() });
  return success({
    knowledge: own ?? [name],
    settle: () => later(wakeIndexer(env, { projectId, number })),
    withdraw: async () => {
      await withdrawDocuments(db, number, { mark, newIds });
      // One that another call has filled meanwhile is not empty, and stays.
      return isMade && deleteEmptyKnowledge(db, number);
    },
  });
}

/** Attached files and images, which are read by runs alone. */
function namedBy(messages: readonly NewMessage[]): string[] {
  const ids = messages.flatMap(({ attachments, parts }) => [
    ...(attachments ?? []).map(({ fileId }) => fileId),
    ...(parts ?? []).flatMap((part) => (part.type === "image_file" ? [part.file_id] : [])),
  ]);
  return [...new Set(ids)];
}

function searchedOf(messages: readonly NewMessage[]): string[] {
  const ids = messages.flatMap(({ attachments }) =>
    (attachments ?? []).flatMap(({ fileId, tools }) =>
      tools.includes(FILE_SEARCH) ? [fileId] : [],
    ),
  );
  return [...new Set(ids)];
}

/** 96 bits, as hex. */
const NAME_CHARS = 24;

/** Its name follows from the thread's id, so that two messages at once make one. */
async function makeOwn(
  { projectId }: Caller,
  env: Env,
  threadId: string,
): Promise<{ name: string; isMade: boolean }> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(threadId));
  const name = toHex(new Uint8Array(digest)).slice(0, NAME_CHARS);
  const knowledge = {
    name,
    description: null,
    embedding: defaultEmbedding(env),
    threadId,
    nowMs: Date.now(),
  };
  const { signal } = new AbortController();
  // One that is there already is the thread's own.
  const made = await createKnowledge(
    databaseOf(env, { projectId }),
    projectId,
    knowledge,
    embeddingPorts(env, projectId),
    signal,
  );
  return { name, isMade: made.ok };
}
