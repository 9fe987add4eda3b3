/** What stands in a chat, and what is at work in it. */
import { type Caller, mayCall, scopeOf } from "../../domain/access/caller";
import { type DisclosedEvent, discloseEvent } from "../../domain/access/disclosure";
import { type Failure, type Outcome, failed, success } from "../../domain/failure";
import type { Message } from "../../domain/message";
import { isFinal } from "../../domain/run";
import { CHAT } from "../../limits";
import { replayFromOutcome } from "../../runs/client/replay-from-outcome";
import { listMessages } from "../../store/messages/messages";
import { databaseOf } from "../../store/sql/databases";
import { type ChatWork, readAskedMessage, readChatWork } from "../../store/threads/chats";
import type { CoreContext } from "../context";
import type { StartedRun } from "../start-run";
import { findChatRuns } from "./chat-run";
import { findChat } from "./find-chat";

/** A message, and of what a run wrote the run. */
export interface ChatEntry {
  message: Message;
  /** As the caller is told it; null where the run is gone. */
  run: StartedRun | null;
}

export interface ChatPage {
  /** Oldest first. */
  entries: ChatEntry[];
  /** Before it there are more; null: there are none. */
  before: string | null;
  openRunId: string | null;
}

/** The newest messages, or those before the one named. */
export async function readChatMessages(
  caller: Caller,
  core: CoreContext,
  chatId: string,
  { limit, before }: { limit: number; before?: string | undefined },
): Promise<Outcome<ChatPage>> {
  const chat = await findChat(caller, core, chatId);
  if (!chat.ok) {
    return chat;
  }
  const { threadId, isNew } = chat.value;
  if (isNew) {
    return success({ entries: [], before: null, openRunId: null });
  }
  const db = databaseOf(core.env, caller);
  const page = { limit, order: "desc", after: before } as const;
  const [listed, work] = await Promise.all([
    listMessages(db, scopeOf(caller), { threadId }, page),
    readChatWork(db, caller.projectId, threadId),
  ]);
  if (!listed.ok) {
    return failed(inWordsOfPage(listed.failure));
  }
  const { items, hasMoreAfter } = listed.value;
  const runIds = items.flatMap(({ writtenBy }) => writtenBy?.runId ?? []);
  const { byId, left } = await findChatRuns(caller, core, [...new Set(runIds)]);
  // Runs take more than their messages: the page ends early where they do not fit, with one at least.
  const end = items.findIndex(({ writtenBy }) => left.has(writtenBy?.runId ?? ""));
  const shown = end < 0 ? items : items.slice(0, Math.max(end, 1));
  const entries = shown.map((message) => {
    return { message, run: byId.get(message.writtenBy?.runId ?? "") ?? null };
  });
  const hasMore = hasMoreAfter || shown.length < items.length;
  return success({
    entries: entries.toReversed(),
    before: hasMore ? (shown.at(-1)?.id ?? null) : null,
    openRunId: openRunOf(work),
  });
}

/** The list is walked from its end: behind a message is before it. */
function inWordsOfPage(failure: Failure): Failure {
  return failure.kind === "invalid"
    ? { ...failure, issues: failure.issues.map((issue) => ({ ...issue, path: ["before"] })) }
    : failure;
}

/** What a run that has ended told, out of what is recorded of it. */
export function replayRecorded({ run, to }: StartedRun, message: Message): DisclosedEvent[] {
  const events = replayFromOutcome(run);
  const end = events.pop();
  const written = { type: "message-add", message } as const;
  return [...events, written, ...(end === undefined ? [] : [end])].map((event) =>
    discloseEvent(to, event),
  );
}

/** A run whose stream a page takes up. */
export interface ResumedRun {
  runId: string;
  /** To who waits: the message that the run answers, which another page has sent. */
  asked: Message | null;
}

export interface ResumeQuery {
  /** How long to wait for a run, where there is none. */
  waitMs: number;
  /** The last run of which who waits has the answer. */
  seen: string | null;
  signal: AbortSignal;
}

/**
 * The run whose stream a page takes up: the one at work or waiting, or the last one where it has ended
 * just now with the answer that is the thread's last message. Who waits is not told again of what it
 * has seen; where it does not say what that is, of nothing that has ended. Null where there is none.
 */
export async function findRunToResume(
  caller: Caller,
  core: CoreContext,
  chatId: string,
  { waitMs, seen, signal }: ResumeQuery,
): Promise<Outcome<ResumedRun | null>> {
  if (!mayCall(caller, { scope: "read", verb: "messages:read" })) {
    return failed({ kind: "forbidden", needs: "messages:read" });
  }
  const db = databaseOf(core.env, caller);
  const startMs = Date.now();
  const endedAfterMs = waitMs > 0 && seen === null ? startMs : startMs - CHAT.resumeMs;
  for (;;) {
    const chat = await findChat(caller, core, chatId);
    if (!chat.ok) {
      return chat;
    }
    const { threadId, isNew } = chat.value;
    const work = isNew ? null : await readChatWork(db, caller.projectId, threadId);
    const runId = work === null ? null : runToResume(work, { endedAfterMs, seen });
    if (runId !== null) {
      const at = { threadId, runId };
      const asked = waitMs > 0 ? await readAskedMessage(db, scopeOf(caller), at) : null;
      return success({ runId, asked });
    }
    if (Date.now() >= startMs + waitMs || signal.aborted) {
      return success(null);
    }
    await pauseMs(CHAT.waitPollMs);
  }
}

function pauseMs(delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, delayMs);
  });
}

function runToResume(
  { run, lastWriter }: ChatWork,
  { endedAfterMs, seen }: { endedAfterMs: number; seen: string | null },
): string | null {
  if (run === null || run.endedAtMs === null) {
    return run?.id ?? null;
  }
  const isFresh = run.endedAtMs > endedAfterMs && run.id !== seen;
  return isFresh && run.status !== "cancelled" && lastWriter === run.id ? run.id : null;
}

function openRunOf({ run }: ChatWork): string | null {
  return run === null || isFinal(run.status) ? null : run.id;
}
