/** What messages bring along, seen to before they are written. */
import type { Context } from "hono";

import { type Attaching, attachFiles } from "../../core/attach-files";
import { scopeOf } from "../../domain/access/caller";
import type { NewMessage } from "../../domain/message";
import { databaseOf } from "../../store/sql/databases";
import { getThread, updateThread } from "../../store/threads/threads";
import type { AppEnv } from "../shared/app-env";
import { coreContext } from "../shared/core-context";
import { unwrap } from "../shared/reply/fail";

/**
 * Writes messages to a thread that is there, which gets a store if it has none. Where they are refused,
 * nothing of what they bring along stays.
 */
export async function withAttached<Written>(
  c: Context<AppEnv>,
  { threadId, messages }: { threadId: string; messages: readonly NewMessage[] },
  write: () => Promise<Written>,
): Promise<Written> {
  if (!messages.some(bringsFiles)) {
    return write();
  }
  const db = databaseOf(c.env, c.var.caller);
  const scope = scopeOf(c.var.caller);
  const { knowledge: own } = unwrap(await getThread(db, scope, threadId));
  const setKnowledge = async (knowledge: string[] | null) =>
    unwrap(await updateThread(db, scope, { id: threadId, knowledge, nowMs: Date.now() }));
  const attaching = {
    threadId,
    messages,
    own,
    letGo: () => setKnowledge(null),
  };
  return whileAttached(c, attaching, async (knowledge) => {
    await (own === null && knowledge !== null ? setKnowledge(knowledge) : null);
    return write();
  });
}

/** The same for a thread that is made: `write` is given the knowledge that it is made with. */
export async function withAttachedToNew<Written>(
  c: Context<AppEnv>,
  { threadId, messages, own }: Attaching,
  write: (knowledge: string[] | null) => Promise<Written>,
): Promise<Written> {
  return messages.some(bringsFiles)
    ? whileAttached(c, { threadId, messages, own }, write)
    : write(own);
}

/**
 * @param write Throws where the messages are refused.
 * @param attaching `letGo` is called where the thread's own knowledge is gone again.
 */
async function whileAttached<Written>(
  c: Context<AppEnv>,
  { letGo, ...attaching }: Attaching & { letGo?: () => Promise<unknown> },
  write: (knowledge: string[] | null) => Promise<Written>,
): Promise<Written> {
  const attached = unwrap(await attachFiles(c.var.caller, coreContext(c), attaching));
  try {
    const written = await write(attached.knowledge);
    attached.settle();
    return written;
  } catch (error) {
    await ((await attached.withdraw()) ? letGo?.() : null);
    throw error;
  }
}

function bringsFiles({ attachments, parts }: NewMessage): boolean {
  return Boolean(attachments?.length) || (parts ?? []).some(({ type }) => type === "image_file");
}
