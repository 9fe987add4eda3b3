/**
 * Ranking by BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009), counted
 * over the one knowledge base a passage belongs to: what others hold neither shows in a score nor
 * moves it. And the fusion of several rankings into one.
 */
import type { RankingTerm } from "./ranking-terms";

/** The values that Lucene and SQLite use. */
const K1 = 1.2;
const B = 0.75;

/** From the paper on reciprocal rank fusion (Cormack, Clarke, Büttcher 2009). */
const FUSION_K = 60;

export interface KnowledgeStatistics {
  passageCount: number;
  /** Terms of all passages together. */
  termCount: number;
}

/** A term of the question as it stands in one knowledge base. */
export interface WeighedTerm {
  term: RankingTerm;
  knowledgeNumber: number;
  /** Passages that have it. */
  frequency: number;
}

/** What a term says about the passages that have it: near 0 where most do. Never negative. */
export function inverseFrequency(frequency: number, passageCount: number): number {
  // An open-ended term counts a passage once for each term that it stands for.
  const having = Math.min(frequency, passageCount);
  return Math.log(1 + (passageCount - having + 0.5) / (having + 0.5));
}

/** How well a passage answers the terms; 0 where it has none of them. */
export function scorePassage(
  passageTerms: readonly string[],
  terms: readonly WeighedTerm[],
  { passageCount, termCount }: KnowledgeStatistics,
): number {
  const meanLength = termCount / Math.max(passageCount, 1);
  const lengthFactor = K1 * (1 - B + (B * passageTerms.length) / Math.max(meanLength, 1));
  const counts = countTerms(passageTerms);
  let score = 0;
  for (const { term, frequency } of terms) {
    const count = countOf(term, counts);
    score +=
      (inverseFrequency(frequency, passageCount) * count * (K1 + 1)) / (count + lengthFactor);
  }
  return score;
}

function countTerms(terms: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const term of terms) {
    counts.set(term, (counts.get(term) ?? 0) + 1);
  }
  return counts;
}

function countOf(term: RankingTerm, counts: ReadonlyMap<string, number>): number {
  if (!term.openEnded) {
    return counts.get(term.text) ?? 0;
  }
  let sum = 0;
  for (const [text, count] of counts) {
    sum += text.startsWith(term.text) ? count : 0;
  }
  return sum;
}

/** Which terms find passages, and which only help to order those that were found. */
export interface SearchPlan {
  /** A passage must have one of these. */
  finding: WeighedTerm[];
  /** Says something of a passage, but is in too many to be looked up for itself. */
  ordering: WeighedTerm[];
  /** Even the rarest term is in more passages than the search may read: it reads the newest ones. */
  isPartial: boolean;
}

export interface PlanLimits {
  /** Passages that a search may read. */
  maxPassages: number;
  maxTerms: number;
  /** Something else, such as a rare tag, lets so few passages through that any may be read. */
  isSifted: boolean;
}

/**
 * Keeps the cost of a search by what it reads: as many of the rarest terms find as may be read,
 * the others only order, and of them not those that most passages have.
 * @param terms Those that occur.
 */
export function planSearch(
  terms: readonly WeighedTerm[],
  statistics: ReadonlyMap<number, KnowledgeStatistics>,
  { maxPassages, maxTerms, isSifted }: PlanLimits,
): SearchPlan {
  const kept = terms.toSorted((left, right) => left.frequency - right.frequency).slice(0, maxTerms);
  const isTelling = ({ knowledgeNumber, frequency }: WeighedTerm): boolean =>
    frequency <= (statistics.get(knowledgeNumber)?.passageCount ?? 0) / 2;
  if (isSifted) {
    const telling = kept.filter(isTelling);
    return { finding: telling.length > 0 ? telling : kept, ordering: [], isPartial: false };
  }
  let read = 0;
  const finding = kept.filter(({ frequency }, index) => {
    read += frequency;
    return index === 0 || read <= maxPassages;
  });
  return {
    finding,
    ordering: kept.slice(finding.length).filter(isTelling),
    isPartial: (finding[0]?.frequency ?? 0) > maxPassages,
  };
}

/**
 * One ranking out of several, each best first: an item's score is the sum of 1 / (60 + its rank).
 * What stands high in one and is missing from another still counts.
 */
export function fuseRankings<Item>(rankings: readonly (readonly Item[])[]): Map<Item, number> {
  const scores = new Map<Item, number>();
  for (const ranking of rankings) {
    for (const [index, item] of ranking.entries()) {
      scores.set(item, (scores.get(item) ?? 0) + 1 / (FUSION_K + index + 1));
    }
  }
  return new Map([...scores].toSorted(([, left], [, right]) => right - left));
}
