import type { KnowledgeHit } from "../../../domain/knowledge";

/** From 0 to 1, as clients expect it: the similarity, else what the rank's score comes to between them. */
export function scoreOf({
  score,
  similarity = null,
}: Pick<KnowledgeHit, "score"> & { similarity?: number | null | undefined }): number {
  return similarity ?? score / (1 + score);
}
