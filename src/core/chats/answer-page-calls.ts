/** A chat's page answers the calls that a run asked it. */
import { type Caller, mayCall } from "../../domain/access/caller";
import { type Failure, type Outcome, failed, invalidBody, success } from "../../domain/failure";
import { answerIdOf } from "../../domain/ids";
import type { Run } from "../../domain/run";
import type { SubmittedOutput } from "../../runs/object/protocol";
import { databaseOf } from "../../store/sql/databases";
import { readChatWork } from "../../store/threads/chats";
import type { CoreContext } from "../context";
import { rereadRun, submitOutputs } from "../runs";
import type { StartedRun } from "../start-run";
import { findChatRun } from "./chat-run";
import { findChat } from "./find-chat";

/** What a page hands in for the calls that an answer made of it. */
export interface CallAnswers {
  chatId: string;
  /** Of the message in which the page was asked. */
  answerId: string;
  /** All that the message has, of earlier calls too. */
  outputs: SubmittedOutput[];
}

/** The run that goes on with them, and which of the calls it goes on behind. */
export interface AnsweredRun {
  run: StartedRun;
  callIds: ReadonlySet<string>;
}

/**
 * Hands in what the run waits for, all of it at once. Handed in again it changes nothing; another
 * output for a call that has one is a conflict.
 */
export async function answerCalls(
  caller: Caller,
  core: CoreContext,
  answers: CallAnswers,
): Promise<Outcome<AnsweredRun>> {
  if (!mayCall(caller, { scope: "run", verb: "runs:submit" })) {
    return failed({ kind: "forbidden", needs: "runs:submit" });
  }
  const found = await findAskingRun(caller, core, answers);
  if (!found.ok) {
    return found;
  }
  const run = found.value;
  const now = await rereadRun(core, run);
  if (!now.ok) {
    return now;
  }
  const open = new Set(now.value.pendingCalls.map(({ callId }) => callId));
  const { outputs } = answers;
  const refusal = refusalOf(now.value, outputs, open);
  if (refusal !== null) {
    return failed(refusal);
  }
  const given = outputs.filter(({ callId }) => open.has(callId));
  if (given.length > 0) {
    const name = { runId: run.run.id };
    const submitted = await submitOutputs(caller, core, name, given);
    return submitted.ok ? success({ run, callIds: open }) : submitted;
  }
  return success({ run, callIds: lastAnswered(now.value, outputs) });
}

/** The run at work or the last one, if the message is its answer. */
async function findAskingRun(
  caller: Caller,
  core: CoreContext,
  { chatId, answerId }: CallAnswers,
): Promise<Outcome<StartedRun>> {
  const chat = await findChat(caller, core, chatId);
  if (!chat.ok) {
    return chat;
  }
  const { threadId, isNew } = chat.value;
  const db = databaseOf(core.env, caller);
  const work = isNew ? null : await readChatWork(db, caller.projectId, threadId);
  const runId = work?.run?.id;
  return runId === undefined || answerIdOf(runId) !== answerId
    ? failed(NOTHING_TO_DO)
    : findChatRun(caller, core, runId);
}

function refusalOf(
  run: Run,
  outputs: readonly SubmittedOutput[],
  open: ReadonlySet<string>,
): Failure | null {
  const given = new Map(outputs.map(({ callId, output }) => [callId, output]));
  const missing = [...open].filter((callId) => !given.has(callId));
  if (missing.length > 0) {
    return invalidBody([], `must have the outputs of all open calls; not of ${missing.join(", ")}`);
  }
  const answered = answeredCalls(run);
  const changed = answered.find(
    ({ callId, output }) => given.has(callId) && given.get(callId) !== output,
  );
  if (changed !== undefined) {
    const message = `Call ${changed.callId} already has another output.`;
    return { kind: "conflict", message };
  }
  return open.size === 0 && !answered.some(({ callId }) => given.has(callId))
    ? NOTHING_TO_DO
    : null;
}

const NOTHING_TO_DO = invalidBody(
  [],
  "has nothing to do: the message answers no open call; regenerate() asks anew",
);

/** Calls of the client that have their outputs, in the order in which they were asked. */
function answeredCalls({ steps }: Run) {
  return steps
    .flatMap((step) => (step.type === "message" ? [] : step.calls))
    .filter(({ by, output }) => by === "client" && output !== null);
}

/** Of the last wait that these answer. */
function lastAnswered(run: Run, outputs: readonly SubmittedOutput[]): Set<string> {
  const given = new Set(outputs.map(({ callId }) => callId));
  const last = answeredCalls(run).findLast(({ callId }) => given.has(callId));
  return new Set(last === undefined ? [] : [last.callId]);
}
