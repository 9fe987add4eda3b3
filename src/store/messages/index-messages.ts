/** Makes messages findable by their words: goes into the batch that inserts them, behind the insert. */
import type { Message } from "../../domain/message";
import { cutText } from "../../domain/text";
import { MESSAGE } from "../../limits";
import { indexTerms, unspacedCharacters } from "../../search/search-text";
import { type Query, query } from "../sql/batch";
import type { ProjectDatabase } from "../sql/databases";
import { jsonChunks } from "../sql/json-chunks";
import { ownedTerms, toIndexText } from "./match-expression";

export type IndexedMessage = Pick<Message, "threadId" | "id" | "content" | "parts">;

/**
 * Those that were not inserted are not indexed; those that are indexed already stay so. A CROSS JOIN,
 * in SQLite, is one whose order is kept: a list joined otherwise is looked up in all the rows of a
 * project, because nothing tells the planner how short the list is.
 */
export const INDEX_MESSAGES = `
  INSERT OR IGNORE INTO message_index (rowid, terms, characters)
  SELECT (t.seq << 32) + m.n, ${ownedTerms("j.value ->> 2", "p.number")},
    ${ownedTerms("j.value ->> 3", "p.number")}
  FROM json_each(?2) j
  CROSS JOIN project_numbers p ON p.id = ?1
  CROSS JOIN threads t ON t.project_id = ?1 AND t.id = j.value ->> 0
  CROSS JOIN messages m ON m.project_id = ?1 AND m.thread_id = t.id AND m.id = j.value ->> 1
  ORDER BY j.key`;

export function indexMessages(
  db: ProjectDatabase,
  projectId: string,
  messages: readonly IndexedMessage[],
): Query<never>[] {
  const items = messages.flatMap(({ threadId, id, ...message }) => {
    const terms = indexTerms(textOf(message));
    const characters = [...new Set(terms.flatMap(unspacedCharacters))];
    return terms.length === 0 ? [] : [[threadId, id, toIndexText(terms), toIndexText(characters)]];
  });
  return jsonChunks(items).map((portion) => query(db, INDEX_MESSAGES, projectId, portion));
}

function textOf({ content, parts }: Pick<IndexedMessage, "content" | "parts">): string {
  const texts = (parts ?? []).flatMap((part) => (part.type === "text" ? [part.text] : []));
  return cutText([content, ...texts].join("\n"), MESSAGE.searchedChars);
}
