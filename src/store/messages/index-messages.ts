/** Makes messages findable by their words: goes into the batch that inserts them, behind the insert. */
import type { Message } from "../../domain/message";
import { cutText } from "../../domain/text";
import { MESSAGE } from "../../limits";
import { eachTerm, foldingPieces, foldingWork, unspacedCharacters } from "../../search/search-text";
import { yieldToEventLoop } from "../../yield-to-event-loop";
import { type Query, query } from "../sql/batch";
import type { ProjectDatabase } from "../sql/databases";
import { jsonChunks } from "../sql/json-chunks";
import { firstRowidOf } from "../sql/rowids";
import { ownedTerms, toIndexText } from "./match-expression";

export type IndexedMessage = Pick<Message, "threadId" | "id" | "content" | "parts">;

/**
 * Those that were not inserted are not indexed; those that are indexed already stay so. A CROSS JOIN,
 * in SQLite, is one whose order is kept: a list joined otherwise is looked up in all the rows of a
 * project, because nothing tells the planner how short the list is.
 */
export const INDEX_MESSAGES = indexWhere("true");

/** For messages behind the last that their threads have told of: those that the batch has just written. */
export const INDEX_NEW_MESSAGES = indexWhere("m.n > t.last_n");

function indexWhere(condition: string): string {
  return `
  INSERT OR IGNORE INTO message_index (rowid, terms, characters)
  SELECT ${firstRowidOf("t.seq")} + m.n, ${ownedTerms("j.value ->> 2", "p.number")},
    ${ownedTerms("j.value ->> 3", "p.number")}
  FROM json_each(?2) j
  CROSS JOIN project_numbers p ON p.id = ?1
  CROSS JOIN threads t ON t.project_id = ?1 AND t.id = j.value ->> 0
  CROSS JOIN messages m ON m.project_id = ?1 AND m.thread_id = t.id AND m.id = j.value ->> 1
  WHERE ${condition} ORDER BY j.key`;
}

/**
 * Pauses in between where the texts are long: others are served meanwhile.
 * @param sql `INDEX_MESSAGES` or `INDEX_NEW_MESSAGES`.
 */
export async function indexMessages(
  db: ProjectDatabase,
  projectId: string,
  messages: readonly IndexedMessage[],
  sql: string = INDEX_MESSAGES,
): Promise<Query<never>[]> {
  const items: [threadId: string, id: string, terms: string, characters: string][] = [];
  const pace = new Pace();
  for (const { threadId, id, ...message } of messages) {
    const { terms, characters } = await termsOf(textOf(message), pace);
    if (terms.length > 0) {
      items.push([threadId, id, toIndexText(terms), toIndexText([...characters])]);
    }
  }
  return jsonChunks(items).map((portion) => query(db, sql, projectId, portion));
}

async function termsOf(text: string, pace: Pace) {
  const terms: string[] = [];
  const characters = new Set<string>();
  for (const piece of foldingPieces(text)) {
    if (pace.isDue(foldingWork(piece))) {
      await yieldToEventLoop();
    }
    for (const term of eachTerm(piece)) {
      terms.push(term);
      for (const character of unspacedCharacters(term)) {
        characters.add(character);
      }
      if (pace.isDue(1)) {
        await yieldToEventLoop();
      }
    }
  }
  return { terms, characters };
}

/** Counts work in terms; at `MESSAGE.indexTermsPerTurn` it is time for a pause. */
class Pace {
  #done = 0;

  isDue(terms: number): boolean {
    this.#done += terms;
    const isDue = this.#done >= MESSAGE.indexTermsPerTurn;
    this.#done = isDue ? 0 : this.#done;
    return isDue;
  }
}

function textOf({ content, parts }: Pick<IndexedMessage, "content" | "parts">): string {
  const texts = (parts ?? []).flatMap((part) => (part.type === "text" ? [part.text] : []));
  return cutText([content, ...texts].join("\n"), MESSAGE.searchedChars);
}
