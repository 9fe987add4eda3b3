/**
 * The terms by which passages are ranked: those of search, and beside each long word what it shares
 * with its other forms, so that "installing" finds "installation" but ranks below "installing".
 */
import { indexTerms, queryPhrases, stemOf } from "./search-text";

/** Sets a stem apart from a word; no term of search holds it. */
const STEM_MARK = "_";

/** One term of a question. */
export interface RankingTerm {
  text: string;
  /** Stands for all terms that begin with it: see `QueryPhrase.openEnded`. */
  openEnded: boolean;
}

/** The terms of a passage in its order, repeated as often as they occur. */
export function rankingTerms(text: string): string[] {
  return indexTerms(text).flatMap(withStem);
}

/** The distinct terms of a question, at most `maxTerms`, the first ones. */
export function questionTerms(question: string, maxTerms: number): RankingTerm[] {
  const terms = new Map<string, RankingTerm>();
  for (const phrase of queryPhrases(question)) {
    for (const [index, term] of phrase.terms.entries()) {
      const openEnded = phrase.openEnded && index === phrase.terms.length - 1;
      for (const text of openEnded ? [term] : withStem(term)) {
        terms.set(openEnded ? `${text}*` : text, { text, openEnded });
      }
    }
  }
  return Array.from(terms.values()).slice(0, maxTerms);
}

function withStem(term: string): string[] {
  const stem = stemOf(term);
  return stem === null ? [term] : [term, STEM_MARK + stem];
}
