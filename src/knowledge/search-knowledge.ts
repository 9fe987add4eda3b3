/**
 * Answers a question with passages: ranked by their words, and where their knowledge has vectors
 * also by their meaning, both rankings fused.
 */
import { ActionFailure } from "../domain/action-failure";
import { type Failure, type Outcome, failed, invalidBody, success } from "../domain/failure";
import {
  type EmbeddingModel,
  type KnowledgeHit,
  type KnowledgeQuery,
  expiryOf,
} from "../domain/knowledge";
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
import { ownerOfRowid } from "../store/sql/rowids";
import { type EmbeddingPorts, embed } from "./embeddings";

export interface KnowledgeAnswer {
  hits: KnowledgeHit[];
  /** `meaning` is left out where no knowledge has vectors, or their provider could not be asked. */
  rankedBy: ("words" | "meaning")[];
}

/** Passages by number, best first. */
type Ranking = number[];

/** What one model says of the passages that look likely. */
interface NearPassages {
  /** Of the knowledge that the model has made vectors of. */
  numbers: ReadonlySet<number>;
  ranking: Ranking;
  probe: VectorProbe;
  similarities: Map<number, number>;
}

/**
 * Fails with the first name that is no knowledge of the project; with `conflict` where one has expired,
 * or where no name is given and there are too many; with `invalid` where a least similarity is asked of
 * knowledge without vectors.
 */
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
    ports.now(),
  );
  const unknown = query.knowledge.find((name) => !scope.knowledge.some((one) => one.name === name));
  if (unknown !== undefined) {
    return failed(lostKnowledge(unknown));
  }
  const unfit = problemOf(scope, query, ports.now());
  if (unfit !== null) {
    return failed(unfit);
  }
  const [found, near] = await Promise.all([
    rankByWords(db, scope, query),
    rankByMeaning(db, scope, query, { question, ports, signal }),
  ]);
  const words = [...found.keys()];
  const scores =
    near.length === 0
      ? new Map(Array.from(found, ([seq, { score }]) => [seq, score]))
      : fuseRankings([words, ...near.map(({ ranking }) => ranking)]);
  const least = query.minSimilarity ?? 0;
  const ranked = least > 0 ? [...scores] : [...scores].slice(0, query.topK);
  const similarities = await similaritiesOf(
    db,
    ranked.map(([seq]) => seq),
    near,
  );
  const best = ranked
    .filter(([seq]) => least === 0 || (similarities.get(seq) ?? 0) >= least)
    .slice(0, query.topK);
  const missing = await readPassages(
    db,
    best.map(([seq]) => seq).filter((seq) => !found.has(seq)),
  );
  const passages = new Map(
    [...found.values(), ...missing].map((passage) => [passage.seq, passage]),
  );
  const hits = best.flatMap(([seq, score]) => {
    const passage = passages.get(seq);
    return passage === undefined
      ? []
      : [{ ...passage.hit, score, similarity: similarities.get(seq) ?? null }];
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
): Promise<NearPassages[]> {
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
  return rankings.filter((one) => one !== null).filter(({ ranking }) => ranking.length > 0);
}

async function rankByModel(
  db: ProjectDatabase,
  group: NumberedKnowledge[],
  query: KnowledgeQuery,
  question: Question,
): Promise<NearPassages | null> {
  const model = group[0]?.embedding;
  if (!model) {
    return null;
  }
  const [probe, sketches] = await Promise.all([
    probeFor(model, question),
    Promise.all(group.map(({ number }) => readSketches(db, number, query))),
  ]);
  if (probe === null) {
    return null;
  }
  const likely = nearest(
    sketches.flat().map(({ seq, sketch }) => ({ seq, distance: probe.differingSigns(sketch) })),
    KNOWLEDGE.maxVectors,
  );
  const similarities = await similaritiesTo(db, probe, likely);
  const ranking = nearest(
    Array.from(similarities, ([seq, similarity]) => ({ seq, distance: -similarity })),
    candidateCount(query),
  );
  return { numbers: new Set(group.map(({ number }) => number)), ranking, probe, similarities };
}

async function similaritiesTo(
  db: ProjectDatabase,
  probe: VectorProbe,
  seqs: readonly number[],
): Promise<Map<number, number>> {
  const vectors = await readVectors(db, seqs);
  return new Map(vectors.map(({ seq, vector }) => [seq, probe.similarity(vector)]));
}

/** Of what was found, by its words alone too; what has no vector is left out. Opposites are as unlike as strangers. */
async function similaritiesOf(
  db: ProjectDatabase,
  seqs: readonly number[],
  near: readonly NearPassages[],
): Promise<Map<number, number>> {
  const known = new Map<number, number>();
  for (const { numbers, probe, similarities } of near) {
    const missing = seqs.filter((seq) => !similarities.has(seq) && numbers.has(ownerOfRowid(seq)));
    const more = missing.length === 0 ? new Map() : await similaritiesTo(db, probe, missing);
    for (const [seq, similarity] of [...similarities, ...more]) {
      known.set(seq, Math.max(0, similarity));
    }
  }
  return known;
}

function problemOf(
  { knowledge }: SearchScope,
  { knowledge: names, minSimilarity = 0 }: KnowledgeQuery,
  nowMs: number,
): Failure | null {
  const expired = knowledge.find((one) => (expiryOf(one) ?? Infinity) <= nowMs);
  if (names.length > 0 && expired !== undefined) {
    return { kind: "conflict", message: `The knowledge "${expired.name}" has expired` };
  }
  if (knowledge.length > KNOWLEDGE.maxSearched) {
    const message = `One search looks into at most ${KNOWLEDGE.maxSearched} knowledge bases: name some of them`;
    return { kind: "conflict", message };
  }
  return minSimilarity > 0 && knowledge.some(({ embedding }) => embedding === null)
    ? invalidBody(["min_similarity"], "needs knowledge with an embedding model")
    : null;
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
