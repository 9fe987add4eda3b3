/**
 * Terms as the full-text indexes hold them, and FTS5's MATCH expressions over them. A term stands
 * behind a number that says whose it is, `12_word`: each owner's words have lists of their own, so
 * that a search neither reads nor counts what others wrote.
 */

/** What an index column is given: each term led by a space, for SQL to put the owner's number there. */
export function toIndexText(terms: readonly string[]): string {
  return terms.map((term) => ` ${term}`).join("");
}

/** SQL of the terms in `text` (as `toIndexText` writes them), each behind the owner's number. */
export function ownedTerms(text: string, owner: string): string {
  return `replace(${text}, ' ', ' ' || ${owner} || '_')`;
}

/** Stands in an expression for the owner whose number only SQL knows: see `ownedExpression`. */
export const NAMED_IN_SQL = "@";

/** SQL of the expression in `parameter`, made for `NAMED_IN_SQL`, with the owner's number. */
export function ownedExpression(parameter: string, owner: string): string {
  return `replace(${parameter}, '${NAMED_IN_SQL}', ${owner})`;
}

/** Terms that follow each other; `openEnded` lets the last one go on. Terms hold no quotes. */
export function matchPhrase(
  owner: number | typeof NAMED_IN_SQL,
  terms: readonly string[],
  openEnded: boolean,
): string {
  const phrase = terms.map((term) => `${owner}_${term}`).join(" ");
  return `"${phrase}"${openEnded ? " *" : ""}`;
}

export function matchAny(expressions: readonly string[]): string {
  return `(${expressions.join(" OR ")})`;
}

export function matchAll(expressions: readonly string[]): string {
  return `(${expressions.join(" AND ")})`;
}
