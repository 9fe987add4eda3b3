/** What messages bring along, seen to before they are written. */
import type { Context } from "hono";

import { attachFiles } from "../../core/attach-files";
import { reachOf } from "../../domain/access/caller";
import type { NewMessage } from "../../domain/message";
import { databaseOf } from "../../store/sql/databases";
import { getThread, updateThread } from "../../store/threads/threads";
import type { AppEnv } from "../shared/app-env";
import { coreContext } from "../shared/core-context";
import { unwrap } from "../shared/reply/fail";

/** To a thread that is there: it gets a store if it has none. */
export async function attachTo(
  c: Context<AppEnv>,
  threadId: string,
  messages: readonly NewMessage[],
): Promise<void> {
  if (!messages.some(bringsFiles)) {
    return;
  }
  const db = databaseOf(c.env, c.var.caller);
  const reach = reachOf(c.var.caller);
  const { knowledge: own } = unwrap(await getThread(db, reach, threadId));
  const attaching = { threadId, messages, own };
  const knowledge = unwrap(await attachFiles(c.var.caller, coreContext(c), attaching));
  if (own === null && knowledge !== null) {
    unwrap(await updateThread(db, reach, { id: threadId, knowledge, nowMs: Date.now() }));
  }
}

/** @returns The knowledge with which the thread is to be made. */
export async function attachToNew(
  c: Context<AppEnv>,
  threadId: string,
  messages: readonly NewMessage[],
  own: string[] | null,
): Promise<string[] | null> {
  if (!messages.some(bringsFiles)) {
    return own;
  }
  return unwrap(await attachFiles(c.var.caller, coreContext(c), { threadId, messages, own }));
}

function bringsFiles({ attachments, parts }: NewMessage): boolean {
  return Boolean(attachments?.length) || (parts ?? []).some(({ type }) => type === "image_file");
}
