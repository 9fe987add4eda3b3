/** Indexes documents that wait: files of the project, read and cut up behind the request that named them. */
import { embeddingPorts, sourcePorts } from "../adapters/knowledge-ports";
import { ActionFailure } from "../domain/action-failure";
import type { Failure } from "../domain/failure";
import { indexDocument } from "../knowledge/index-document";
import { readFileText } from "../knowledge/read-source";
import { INDEXING } from "../limits";
import { log } from "../observability/log";
import {
  type ClaimedDocument,
  claimDocuments,
  failDocument,
  readWork,
} from "../store/knowledge/document-work";
import type { NumberedKnowledge } from "../store/knowledge/knowledge";
import { databaseOf } from "../store/sql/databases";

interface Place {
  env: Env;
  projectId: string;
  knowledge: NumberedKnowledge;
}

/** @returns When there is more to do; null where there is none. */
export async function indexWaiting(
  env: Env,
  { projectId, number }: { projectId: string; number: number },
): Promise<number | null> {
  const db = databaseOf(env, { projectId });
  const { knowledge, nextAtMs } = await readWork(db, number);
  if (knowledge === null || nextAtMs === null) {
    return null;
  }
  const claimed = await claimDocuments(db, number, Date.now());
  await Promise.all(claimed.map((document) => indexOne({ env, projectId, knowledge }, document)));
  return claimed.length === 0 ? nextAtMs : (await readWork(db, number)).nextAtMs;
}

async function indexOne(place: Place, document: ClaimedDocument): Promise<void> {
  const { env, projectId, knowledge } = place;
  const db = databaseOf(env, { projectId });
  try {
    const indexed = await tryToIndex(place, document);
    if (!indexed.ok && !isPassing(indexed.failure)) {
      await failDocument(db, knowledge.number, document, formatFailure(indexed.failure));
    } else if (!indexed.ok && document.tries >= INDEXING.maxTries) {
      const message = "The embedding model could not be reached.";
      await failDocument(db, knowledge.number, document, { code: UNAVAILABLE, message });
    }
  } catch (error) {
    if (error instanceof ActionFailure) {
      const { code, message } = error;
      await failDocument(db, knowledge.number, document, { code, message });
      return;
    }
    log.error("a document could not be indexed", {
      error: error instanceof Error ? error : String(error),
    });
    if (document.tries >= INDEXING.maxTries) {
      const message = "The file could not be read.";
      await failDocument(db, knowledge.number, document, { code: UNAVAILABLE, message });
    }
    // Else it is due again when its lease ends.
  }
}

const UNAVAILABLE = "unavailable";

async function tryToIndex({ env, projectId, knowledge }: Place, document: ClaimedDocument) {
  const { id, fileId, tags, timestampMs, attributes, passage, tries } = document;
  const project = { projectId, endUserId: null, threadId: null };
  const { signal } = new AbortController();
  const text = await readFileText(fileId, sourcePorts(env, project, ""), signal);
  const sourced = {
    id,
    text,
    fileId,
    sourceUrl: null,
    tags,
    timestampMs,
    attributes,
    passage,
    tries,
  };
  const db = databaseOf(env, { projectId });
  const indexed = await indexDocument(
    db,
    knowledge,
    sourced,
    embeddingPorts(env, projectId),
    signal,
  );
  // Deleted, cancelled or put anew meanwhile: there is nothing left to say of it.
  return !indexed.ok && indexed.failure.kind === "not_found" ? { ok: true as const } : indexed;
}

function isPassing({ kind }: Failure): boolean {
  return kind === "unavailable";
}

function formatFailure(failure: Failure): { code: string; message: string } {
  if (failure.kind === "quota_exceeded") {
    return { code: failure.kind, message: "The project's quota of tokens is used up." };
  }
  return failure.kind === "too_large"
    ? { code: "file_too_large", message: `The text is longer than ${failure.limitBytes} bytes.` }
    : { code: UNAVAILABLE, message: "The file could not be indexed." };
}
