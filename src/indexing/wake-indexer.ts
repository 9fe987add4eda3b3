/** The way to the objects that index. */
import { INDEXING } from "../limits";
import { listForgottenWork } from "../store/knowledge/document-work";
import type { ProjectDatabase } from "../store/sql/databases";
import type { KnowledgeAddress } from "./knowledge-indexer";

/** A wake-up that is lost on the way is made up for by the sweep. */
export async function wakeIndexer(
  { INDEXER: objects, OBJECT_LOCATION: locationHint }: Env,
  address: KnowledgeAddress,
): Promise<void> {
  const name = `${address.projectId}/${address.number}`;
  await objects.getByName(name, locationHint === undefined ? {} : { locationHint }).wake(address);
}

/** Wakes the objects of knowledge whose documents have waited for too long. @returns How many. */
export async function wakeForgotten(
  env: Env,
  db: ProjectDatabase,
  { nowMs, limit }: { nowMs: number; limit: number },
): Promise<number> {
  const forgotten = await listForgottenWork(db, nowMs - INDEXING.forgottenMs, limit);
  for (const address of forgotten) {
    await wakeIndexer(env, address);
  }
  return forgotten.length;
}
