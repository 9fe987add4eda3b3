/** Finds messages, and threads by their messages, that hold all words of a query. */
import { type QueryPhrase, queryPhrases } from "../../search/search-text";
import { firstRowidOf, lastRowidOf, ownPartOf, ownerOf } from "../sql/rowids";
import type { SortedSource } from "../sql/sorted-source";
import { NAMED_IN_SQL, matchAll, matchPhrase, ownedExpression } from "./match-expression";

/** It names its place all the same: a parameter that a statement leaves out cannot be bound. */
const NOTHING: SortedSource = { next: (behind) => `(SELECT ${behind} WHERE false)` };

/** Binds a value and gives its parameter. */
type Bind = (value: string) => string;

const matches = (parameter: string) => `message_index MATCH
  ${ownedExpression(parameter, "(SELECT number FROM project_numbers WHERE id = ?1)")}`;

/** Threads of the project `?1` with a message that has all the words; see `message_index` for its rows. */
export function threadsWithText(text: string, bind: Bind): SortedSource {
  const expression = matchExpression(text);
  if (expression === null) {
    return NOTHING;
  }
  const from = `SELECT ${ownerOf("rowid")} FROM message_index WHERE ${matches(bind(expression))}`;
  return {
    next: (behind, direction) =>
      direction === "asc"
        ? `(${from} AND rowid >= ${firstRowidOf(`(${behind} + 1)`)} ORDER BY rowid LIMIT 1)`
        : `(${from} AND rowid < ${firstRowidOf(behind)} ORDER BY rowid DESC LIMIT 1)`,
  };
}

/** By their `n`. @param threadSeq SQL of the `seq` of the messages' thread. */
export function messagesWithText(text: string, threadSeq: string, bind: Bind): SortedSource {
  const expression = matchExpression(text);
  if (expression === null) {
    return NOTHING;
  }
  const from = `SELECT ${ownPartOf("rowid")} FROM message_index WHERE ${matches(bind(expression))}`;
  const first = firstRowidOf(threadSeq);
  return {
    next: (behind, direction) =>
      direction === "asc"
        ? `(${from} AND rowid > ${first} + ${behind} AND rowid <= ${lastRowidOf(threadSeq)}
            ORDER BY rowid LIMIT 1)`
        : `(${from} AND rowid < ${first} + ${behind} AND rowid > ${first}
            ORDER BY rowid DESC LIMIT 1)`,
  };
}

/** Null where the query has no words: then it finds nothing. */
function matchExpression(text: string): string | null {
  const phrases = queryPhrases(text);
  return phrases.length === 0 ? null : matchAll(phrases.map(matchPhraseOf));
}

/** A lone character of an unspaced script is looked up by itself: it begins too many terms. */
function matchPhraseOf({ terms, openEnded }: QueryPhrase): string {
  const isCharacter = openEnded && terms.length === 1;
  const column = isCharacter ? "characters" : "terms";
  return `({${column}} : ${matchPhrase(NAMED_IN_SQL, terms, openEnded && !isCharacter)})`;
}
