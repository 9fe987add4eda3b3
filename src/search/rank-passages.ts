/**
 * Ranks passages by BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009), and fuses
 * several rankings into one. Frequencies are counted over the one knowledge base of the passage, so that the
 * passages of others do not move its score.
 */
import type { RankingTerm } from "./ranking-terms";

/** The values that Lucene and SQLite use. */
const K1 = 1.2;
const B = 0.75;

/** The constant of reciprocal rank fusion (Cormack, Clarke, Büttcher 2009). */
const FUSION_K = 60;

/** Sizes of a knowledge, for the weight of its terms. */
export interface KnowledgeStatistics {
  passageCount: number;
  /** Terms of all passages together. */
  termCount: number;
}

/** A term of the question with its frequency in one knowledge base. */
export interface WeighedTerm {
  term: RankingTerm;
  knowledgeNumber: number;
  /** How many passages have the term. */
  frequency: number;
}

/** The inverse document frequency of a term: near 0 where most passages have it, never negative. */
export function inverseFrequency(frequency: number, passageCount: number): number {
  // An open-ended term counts a passage once for each term that it stands for.
  const having = Math.min(frequency, passageCount);
  return Math.log(1 + (passageCount - having + 0.5) / (having + 0.5));
}

/** The BM25 score of a passage for the terms; 0 where it has none of them. */
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

/** Which terms find passages, and which only order those that were found. */
export interface SearchPlan {
  /** A passage must have one of these. */
  finding: WeighedTerm[];
  /** Terms that are in too many passages to be looked up, and count in the score alone. */
  ordering: WeighedTerm[];
  /** Even the rarest term is in more passages than the search may read: it reads the newest ones. */
  isPartial: boolean;
}

export interface PlanLimits {
  /** How many passages a search may read. */
  maxPassages: number;
  maxTerms: number;
  /** A filter, such as a rare tag, leaves so few passages that all of them may be read. */
  isSifted: boolean;
}

/**
 * Bounds what a search reads: the rarest terms find passages, as many as may be read; the other terms only
 * order them, except terms that most passages have.
 * @param terms The terms that occur.
 */
export function planSearch(
  terms: readonly WeighedTerm[],
  statistics: ReadonlyMap<number, KnowledgeStatistics>,
  { maxPassages, maxTerms, isSifted }: PlanLimits,
): SearchPlan {
  const kept = terms.toSorted((left, right) => left.frequency - right.frequency).slice(0, maxTerms);
  const isSelective = ({ knowledgeNumber, frequency }: WeighedTerm): boolean =>
    frequency <= (statistics.get(knowledgeNumber)?.passageCount ?? 0) / 2;
  if (isSifted) {
    const selective = kept.filter(isSelective);
    return { finding: selective.length > 0 ? selective : kept, ordering: [], isPartial: false };
  }
  let read = 0;
  const finding = kept.filter(({ frequency }, index) => {
    read += frequency;
    return index === 0 || read <= maxPassages;
  });
  return {
    finding,
    ordering: kept.slice(finding.length).filter(isSelective),
    isPartial: (finding[0]?.frequency ?? 0) > maxPassages,
  };
}

/**
 * Fuses rankings, each with the best item first: an item's score is the sum of 1 / (60 + its rank). An item
 * that is missing from one ranking still counts by the others.
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
