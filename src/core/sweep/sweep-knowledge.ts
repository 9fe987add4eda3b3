/** Sees to knowledge by the clock: what was to be indexed and is not, and what went with its thread. */
import { wakeForgotten } from "../../indexing/wake-indexer";
import { RETENTION } from "../../limits";
import {
  deleteDoomedKnowledge,
  deleteExpiredDocuments,
} from "../../store/knowledge/delete-knowledge";
import { projectDatabases } from "../../store/sql/databases";

/** What one pass over knowledge has done. */
export interface KnowledgeSwept {
  /** Objects that index. */
  woken: number;
  /** Knowledge of threads that are gone, of which a step was deleted. */
  doomed: number;
  /** Knowledge that has expired, of which documents were deleted. */
  expired: number;
}

/** One bounded pass: wakes what should index, deletes what is doomed or has expired. */
export async function sweepKnowledge(env: Env, nowMs: number): Promise<KnowledgeSwept> {
  const swept: KnowledgeSwept = { woken: 0, doomed: 0, expired: 0 };
  for (const db of projectDatabases(env)) {
    swept.woken += await wakeForgotten(env, db, { nowMs, limit: RETENTION.indexersPerPass });
    swept.doomed += await deleteDoomedKnowledge(db, RETENTION.doomedKnowledgePerPass);
    const limit = RETENTION.expiredKnowledgePerPass;
    swept.expired += await deleteExpiredDocuments(db, { nowMs, limit });
  }
  return swept;
}
