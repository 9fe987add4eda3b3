/**
 * A turn of a chat: the user says something, says it anew, or wants another answer. Its client sends
 * again what it is not sure of, and may send it twice at once: the run's id is made of what is asked,
 * so that the same turn is the same run.
 */
import { type Caller, mayCall, scopeOf } from "../../domain/access/caller";
import { type Failure, type Outcome, failed } from "../../domain/failure";
import { answerIdOf, newMessageId, toHex } from "../../domain/ids";
import type { NewMessage } from "../../domain/message";
import { type Turn, isFinal } from "../../domain/run";
import type { CoreContext } from "../context";
import { refuseCall } from "../plan-run";
import type { RunCall } from "../run-call";
import { type StartedRun, startRun } from "../start-run";
import { findChatRun } from "./chat-run";
import { type Chat, findChat } from "./find-chat";
import { type NamedFiles, type SaidFile, nameFiles, storeSentFiles } from "./said-files";

/** What the user says, as it is kept; its id is the client's. */
export type Said = Required<Pick<NewMessage, "content" | "fileIds" | "metadata" | "parts">> & {
  clientId: string;
};

/** And as it comes, with bytes that are no files yet. */
export type Sent = Omit<Said, "fileIds"> & { files: SaidFile[] };

/** A page's call for an answer. */
export interface TurnCall {
  chatId: string;
  said: Sent;
  /**
   * `say`: the message as it stands is to have its answer; `edit`: it takes the place of the one of
   * its id and of all behind that; `regenerate`: another answer takes the place of all behind it.
   */
  act: "say" | "edit" | "regenerate";
  /** Id of the answer that is to be another; null: whatever the last one is. */
  answerId: string | null;
  run: Omit<RunCall, "threadId" | "turn" | "inputMessages" | "inputs">;
  /** The input of the tool. */
  input: (said: Said) => Record<string, unknown>;
}

/** The run that answers, begun now or before. */
export async function takeTurn(
  caller: Caller,
  core: CoreContext,
  call: TurnCall,
  fixRunId: (runId: string) => Promise<string> | string = (runId) => runId,
): Promise<Outcome<StartedRun>> {
  const { said: sent, chatId } = call;
  if (!mayCall(caller, { scope: "run", verb: "messages:create" })) {
    return failed({ kind: "forbidden", needs: "messages:create" });
  }
  const chat = await findChat(caller, core, chatId, {
    message: sent.clientId,
    answer: call.answerId,
  });
  if (!chat.ok) {
    return chat;
  }
  const { threadId, run } = chat.value;
  const { files, ...words } = sent;
  const place = [caller.projectId, scopeOf(caller).endUserId ?? "", threadId, sent.clientId];
  const named = await nameFiles(place, files);
  const said = { ...words, fileIds: named.ids };
  const next = decide(call, said, chat.value);
  if ("kind" in next) {
    return failed(next);
  }
  if ("attachTo" in next) {
    return attach(caller, core, call, next.attachTo);
  }
  const refusal = await storeFiles(caller, core, call, named.sent);
  if (refusal !== null) {
    return failed(refusal);
  }
  const { messageId, cut } = next;
  const asked = [caller.projectId, threadId, said, messageId, cut, run?.id ?? null];
  const runId = await runIdOf(asked);
  const runCall = { ...runCallOf(call, said, chat.value, next), andThen: FOLLOW };
  return startRun(caller, core, runCall, () => fixRunId(runId));
}

/** A turn is answered with its stream. */
const FOLLOW = { kind: "follow" } as const;

/** A turn that is refused leaves no files. */
async function storeFiles(
  caller: Caller,
  core: CoreContext,
  { run }: TurnCall,
  sent: NamedFiles["sent"],
): Promise<Failure | null> {
  return sent.length === 0
    ? null
    : ((await refuseCall(caller, core, { ...run, ...NOTHING_SAID })) ??
        storeSentFiles(caller, core, sent));
}

/** What may not be asked for is refused, although nothing comes of it. */
async function attach(
  caller: Caller,
  core: CoreContext,
  call: TurnCall,
  runId: string,
): Promise<Outcome<StartedRun>> {
  const [refusal, run] = await Promise.all([
    refuseCall(caller, core, { ...call.run, ...NOTHING_SAID }),
    findChatRun(caller, core, runId),
  ]);
  return refusal === null ? run : failed(refusal);
}

const NOTHING_SAID = {
  threadId: null,
  inputs: [],
  inputMessages: [],
  turn: { messageId: null, cut: null, alias: null },
};

function runCallOf(
  { run, input }: TurnCall,
  said: Said,
  { threadId, alias, isNew }: Chat,
  { messageId, cut }: Pick<Turn, "messageId" | "cut">,
): RunCall {
  return {
    ...run,
    threadId,
    inputs: [input(said)],
    inputMessages: [messageId === null ? [{ ...said, id: newMessageId(), role: "user" }] : []],
    turn: { messageId, cut, alias: isNew ? alias : null },
  };
}

type Next = { attachTo: string } | Pick<Turn, "messageId" | "cut"> | Failure;

function decide(call: TurnCall, said: Said, { message, run, replacedBy }: Chat): Next {
  const { act } = call;
  if (message === null) {
    return { messageId: null, cut: null };
  }
  if (message.role !== "user") {
    return conflict("The message of this id is not the user's.");
  }
  if (!isSame(said, message)) {
    return act === "edit"
      ? { messageId: null, cut: { messageId: message.id, isIncluded: true } }
      : conflict("Another message of this id is on the thread: to edit it, name it as messageId.");
  }
  if (act === "regenerate") {
    const begun = replacedBy ?? runInstead(call, run);
    return begun !== null
      ? { attachTo: begun }
      : { messageId: message.id, cut: { messageId: message.id, isIncluded: false } };
  }
  const isAnswered = run !== null && (!isFinal(run.status) || run.status === "succeeded");
  return isAnswered ? { attachTo: run.id } : { messageId: message.id, cut: null };
}

/** Another run than the one that gave the answer is at work already: the call has come twice. */
function runInstead({ answerId }: TurnCall, run: Chat["run"]): string | null {
  const isOther = answerId !== null && run !== null && answerIdOf(run.id) !== answerId;
  return isOther && !isFinal(run.status) ? run.id : null;
}

function conflict(message: string): Failure {
  return { kind: "conflict", message };
}

function isSame(said: Said, { content, fileIds, parts }: Pick<NewMessage, keyof Said>): boolean {
  return (
    said.content === content &&
    JSON.stringify(said.fileIds) === JSON.stringify(fileIds) &&
    JSON.stringify(said.parts) === JSON.stringify(parts)
  );
}

const encoder = new TextEncoder();

async function runIdOf(asked: unknown): Promise<string> {
  const bytes = encoder.encode(JSON.stringify(asked));
  return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}
