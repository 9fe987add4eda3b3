/**
 * Cuts a text of SQL as D1's server is reported to: it knows quotes, takes BEGIN and END for what they
 * are in capitals alone, and takes any END for that of the trigger, a CASE's as well.
 *
 * @param comments Whether it knows comments, and so passes over the semicolons in them.
 */
export function splitAsD1(sql: string, { comments }: { comments: boolean }): string[] {
  const statements: string[] = [];
  let start = 0;
  let inTrigger = false;
  for (const { index, 0: token } of sql.matchAll(comments ? TOKENS : TOKENS_AND_NO_COMMENTS)) {
    if (token === "BEGIN" || token === "END") {
      inTrigger = token === "BEGIN";
    } else if (token === ";" && !inTrigger) {
      statements.push(sql.slice(start, index).trim());
      start = index + 1;
    }
  }
  return [...statements, sql.slice(start).trim()].filter((statement) => statement !== "");
}

const TOKENS = /--[^\n]*|'[^']*'|"[^"]*"|\w+|;/g;
const TOKENS_AND_NO_COMMENTS = /(?<!--[^\n]*)(?:'[^']*'|"[^"]*")|\w+|;/g;
