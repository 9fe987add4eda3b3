/**
 * Answers a question with passages: ranked by their words, and where their knowledge has vectors
 * also by their meaning, both rankings fused.
 */
import { ActionFailure } from "../domain/action-failure";
import { type Outcome, failed, success } from "../domain/failure";
import type { EmbeddingModel, KnowledgeHit, KnowledgeQuery } from "../domain/knowledge";
import { cutText } from "../domain/text";
import { KNOWLEDGE } from "../limits";
import { fuseRankings, planSearch, scorePassage } from "../search/rank-passages";
import { questionTerms, rankingTerms } from "../search/ranking-terms";
import { VectorProbe } from "../search/vectors";
import { type NumberedKnowledge, lostKnowledge } from "../store/knowledge/knowledge";
import {
  type FoundPassage,
  type SearchScope,
  findByTerms,
  readPassages,
  readSearchScope,
} from "../store/knowledge/search-passages";
import { readSketches, readVectors } from "../store/knowledge/search-vectors";
import type { ProjectDatabase } from "../store/sql/databases";
import { type EmbeddingPorts, embed } from "./embeddings";

export interface KnowledgeAnswer {
  hits: KnowledgeHit[];
  /** `meaning` is left out where no knowledge has vectors, or their provider could not be asked. */
  rankedBy: ("words" | "meaning")[];
}

/** Passages by number, best first. */
type Ranking = number[];

/** Fails with the first name that is no knowledge of the project. */
export async function searchKnowledge(
  db: ProjectDatabase,
  projectId: string,
  query: KnowledgeQuery,
  ports: EmbeddingPorts,
  signal: AbortSignal,
): Promise<Outcome<KnowledgeAnswer>> {
  const question = cutText(query.query, KNOWLEDGE.maxQuestionChars);
  const scope = await readSearchScope(
    db,
    projectId,
    query,
    questionTerms(question, KNOWLEDGE.maxQuestionTerms),
  );
  const unknown = query.knowledge.find((name) => !scope.knowledge.some((one) => one.name === name));
  if (unknown !== undefined) {
    return failed(lostKnowledge(unknown));
  }
  const [found, near] = await Promise.all([
    rankByWords(db, scope, query),
    rankByMeaning(db, scope, query, { question, ports, signal }),
  ]);
  const words = [...found.keys()];
  const scores =
    near.length === 0
      ? new Map(Array.from(found, ([seq, { score }]) => [seq, score]))
      : fuseRankings([words, ...near]);
  const best = [...scores].slice(0, query.topK);
  const missing = await readPassages(
    db,
    best.map(([seq]) => seq).filter((seq) => !found.has(seq)),
  );
  const passages = new Map(
    [...found.values(), ...missing].map((passage) => [passage.seq, passage]),
  );
  const hits = best.flatMap(([seq, score]) => {
    const passage = passages.get(seq);
    return passage === undefined ? [] : [{ ...passage.hit, score }];
  });
  return success({ hits, rankedBy: near.length === 0 ? ["words"] : ["words", "meaning"] });
}

/** The candidates by exact score, best first; passages of one score in the order of their writing. */
async function rankByWords(
  db: ProjectDatabase,
  { terms, statistics, taggedCount, knowledge }: SearchScope,
  query: KnowledgeQuery,
): Promise<Map<number, FoundPassage & { score: number }>> {
  const plan = planSearch(terms, statistics, {
    maxPassages: KNOWLEDGE.maxRead,
    maxTerms: KNOWLEDGE.maxTerms,
    isSifted: taggedCount !== null && taggedCount < KNOWLEDGE.maxCounted,
  });
  const numbers = knowledge.map(({ number }) => number);
  const candidates = await findByTerms(db, plan, numbers, query, candidateCount(query));
  const scored = candidates.map((passage) => {
    const { knowledgeNumber: number, text } = passage;
    const own = terms.filter(({ knowledgeNumber }) => knowledgeNumber === number);
    const counts = statistics.get(number) ?? { passageCount: 0, termCount: 0 };
    return { ...passage, score: scorePassage(rankingTerms(text), own, counts) };
  });
  scored.sort((left, right) => right.score - left.score || left.seq - right.seq);
  return new Map(scored.map((passage) => [passage.seq, passage]));
}

function candidateCount({ topK }: KnowledgeQuery): number {
  return Math.max(KNOWLEDGE.minCandidates, topK * KNOWLEDGE.candidatesPerHit);
}

interface Question {
  question: string;
  ports: EmbeddingPorts;
  signal: AbortSignal;
}

/** One ranking a model: vectors of different models cannot be compared. */
async function rankByMeaning(
  db: ProjectDatabase,
  { knowledge }: SearchScope,
  query: KnowledgeQuery,
  question: Question,
): Promise<Ranking[]> {
  if (question.question.trim() === "") {
    return [];
  }
  const byModel = Map.groupBy(
    knowledge.filter(({ embedding, passageCount }) => embedding !== null && passageCount > 0),
    ({ embedding }) => JSON.stringify([embedding?.providerId, embedding?.modelId]),
  );
  const rankings = await Promise.all(
    Array.from(byModel.values(), (group) => rankByModel(db, group, query, question)),
  );
  return rankings.filter((ranking) => ranking.length > 0);
}

async function rankByModel(
  db: ProjectDatabase,
  group: NumberedKnowledge[],
  query: KnowledgeQuery,
  question: Question,
): Promise<Ranking> {
  const model = group[0]?.embedding;
  if (!model) {
    return [];
  }
  const [probe, sketches] = await Promise.all([
    probeFor(model, question),
    Promise.all(group.map(({ number }) => readSketches(db, number, query))),
  ]);
  if (probe === null) {
    return [];
  }
  const likely = nearest(
    sketches.flat().map(({ seq, sketch }) => ({ seq, distance: probe.differingSigns(sketch) })),
    KNOWLEDGE.maxVectors,
  );
  const vectors = await readVectors(db, likely);
  return nearest(
    vectors.map(({ seq, vector }) => ({ seq, distance: -probe.similarity(vector) })),
    candidateCount(query),
  );
}

/** Null where the provider fails: words alone still find. */
async function probeFor(
  model: EmbeddingModel,
  { question, ports, signal }: Question,
): Promise<VectorProbe | null> {
  try {
    const [vector] = await embed(model, [question], ports, signal);
    return vector === undefined ? null : new VectorProbe(vector);
  } catch (error) {
    if (error instanceof ActionFailure && !signal.aborted) {
      return null;
    }
    throw error;
  }
}

function nearest(items: { seq: number; distance: number }[], count: number): Ranking {
  return items
    .toSorted((left, right) => left.distance - right.distance || left.seq - right.seq)
    .slice(0, count)
    .map(({ seq }) => seq);
}
