/** The chats that a caller reaches, the newest first. */
import { type Caller, scopeOf } from "../../domain/access/caller";
import { type Outcome, success } from "../../domain/failure";
import { cutText } from "../../domain/text";
import type { Thread } from "../../domain/thread";
import { CHAT } from "../../limits";
import { databaseOf } from "../../store/sql/databases";
import { summarizeChats } from "../../store/threads/chats";
import { listThreads } from "../../store/threads/threads";
import type { CoreContext } from "../context";

/** A chat as a page lists it. */
export interface ListedChat {
  thread: Thread;
  /** Its metadata's `title`, or else how its user began. */
  title: string | null;
  openRunId: string | null;
}

export interface ChatList {
  chats: ListedChat[];
  /** Behind it there are more; null: there are none. */
  after: string | null;
}

/** The caller's chats, newest first, each under the title that it goes by. */
export async function listChats(
  caller: Caller,
  { env }: Pick<CoreContext, "env">,
  { limit, after }: { limit: number; after?: string | undefined },
): Promise<Outcome<ChatList>> {
  const db = databaseOf(env, caller);
  const listed = await listThreads(db, scopeOf(caller), { limit, after, order: "desc" });
  if (!listed.ok) {
    return listed;
  }
  const { items, hasMoreAfter } = listed.value;
  const ids = items.map(({ id }) => id);
  const about = await summarizeChats(db, caller.projectId, ids, CHAT.titleChars);
  const chats = items.map((thread) => {
    const { firstWords = null, openRunId = null } = about.get(thread.id) ?? {};
    const words = firstWords === null ? null : cutText(firstWords, CHAT.titleChars);
    return { thread, title: thread.metadata?.["title"] ?? words, openRunId };
  });
  return success({ chats, after: hasMoreAfter ? (ids.at(-1) ?? null) : null });
}
