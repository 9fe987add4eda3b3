/** Reads the body of a turn into the call that the core takes. */
import type { CallAnswers } from "../../core/chats/answer-page-calls";
import type { Said, Sent, TurnCall } from "../../core/chats/take-turn";
import { type Failure, type Issue, invalidBody } from "../../domain/failure";
import { REPORT_INPUT, issuesOf } from "../../domain/issues-of";
import { CHAT, MESSAGE, RUN } from "../../limits";
import { SECOND_MS } from "../../limits/units";
import { fail } from "../shared/reply/fail";
import { ERROR_PREFIX } from "./encoder/tool-calls";
import { readFilePart } from "./read-file-part";
import { AnsweredMessage, type TurnBody, UserMessage } from "./wire";

const encoder = new TextEncoder();

/** What the page answers to a run's calls; null where its last message is no answer of a run's. */
export function readAnswers({ id: chatId, ...body }: TurnBody): CallAnswers | null {
  const answered = AnsweredMessage.safeParse(lastMessageOf(body).last);
  if (!answered.success) {
    return null;
  }
  const { id: answerId, parts } = answered.data;
  const outputs = parts.map((part) => ({
    callId: part.toolCallId,
    output:
      part.state === "output-error" ? `${ERROR_PREFIX}${part.errorText}` : textOf(part.output),
  }));
  return { chatId, answerId, outputs };
}

/** An output as a run keeps it: text as it is, anything else as JSON. */
function textOf(output: unknown): string {
  return typeof output === "string" ? output : JSON.stringify(output ?? null);
}

/** What a turn is of, and what came with it that was not read. */
export interface ReadTurn {
  call: TurnCall;
  passedOver: number;
  /** Where the message stands in the body. */
  path: Issue["path"];
}

/** @param ownHost Host under which the files of this deployment have their addresses. */
export function readTurn(toolId: string, body: TurnBody, ownHost: string): ReadTurn {
  const { id: chatId, messages, message, trigger, messageId, bobbin = {}, ...extra } = body;
  const { last, path, passedOver } = lastMessageOf({ messages, message });
  const said = readUserMessage(last, path, ownHost);
  const input = readExtra(extra);
  return {
    path,
    passedOver,
    call: {
      chatId,
      said,
      ...actOf({ trigger, messageId }, said),
      run: { toolId, stream: true, webhookUrl: null, ...readOwn(bobbin) },
      input: (one) => ({
        message: one.content,
        files: one.fileIds,
        body: input,
        messages: [asInput(one)],
      }),
    },
  };
}

type Messages = Pick<TurnBody, "messages" | "message">;

function lastMessageOf({ messages = [], message }: Messages) {
  return message === undefined
    ? {
        last: messages.at(-1),
        path: ["messages", Math.max(messages.length - 1, 0)],
        passedOver: messages.length - 1,
      }
    : { last: message, path: ["message"], passedOver: messages.length };
}

function actOf(
  { trigger, messageId }: Pick<TurnBody, "trigger" | "messageId">,
  { clientId }: Sent,
): Pick<TurnCall, "act" | "answerId"> {
  if (trigger === "regenerate-message") {
    return { act: "regenerate", answerId: messageId ?? null };
  }
  return { act: messageId === clientId ? "edit" : "say", answerId: null };
}

function readOwn({
  version = "live",
  config = {},
  on_conflict: conflict = "queue",
  deadline_seconds: deadlineSeconds = RUN.defaultDeadlineMs / SECOND_MS,
}: NonNullable<TurnBody["bobbin"]>) {
  return { version, config, conflict, deadlineMs: deadlineSeconds * SECOND_MS };
}

function asInput({ content, fileIds, parts }: Said): object {
  return {
    role: "user",
    content,
    ...(fileIds.length === 0 ? {} : { file_ids: fileIds }),
    ...(parts === null ? {} : { parts }),
  };
}

function readUserMessage(given: unknown, path: Issue["path"], ownHost: string): Sent {
  if (given === undefined) {
    fail(invalidBody(["messages"], "must have the message that is to be answered"));
  }
  const parsed = UserMessage.safeParse(given, REPORT_INPUT);
  if (!parsed.success) {
    fail({ kind: "invalid", where: "body", issues: issuesOf(parsed.error.issues, path) });
  }
  const { id, parts, metadata } = parsed.data;
  const content = parts
    .flatMap((part) => (part.type === "text" && part.text !== "" ? [part.text] : []))
    .join("\n\n");
  const { contentMaxBytes } = MESSAGE;
  const isLong = content.length > contentMaxBytes;
  if (isLong || encoder.encode(content).byteLength > contentMaxBytes) {
    const rule = `must have texts of at most ${MESSAGE.contentMaxBytes} bytes of UTF-8 together`;
    fail(invalidBody([...path, "parts"], rule));
  }
  const read = parts.flatMap((part, index) =>
    part.type === "file" ? [readFilePart(part, [...path, "parts", index], ownHost)] : [],
  );
  if (read.length > MESSAGE.maxFiles) {
    fail(invalidBody([...path, "parts"], `must have at most ${MESSAGE.maxFiles} files`));
  }
  if (content.trim() === "" && read.length === 0) {
    fail(invalidBody([...path, "parts"], "must say something, or have a file"));
  }
  const linked = read.flatMap((one) => ("linked" in one ? [one.linked] : []));
  return {
    clientId: id,
    content,
    files: read.flatMap((one) => ("file" in one ? [one.file] : [])),
    parts: linked.length === 0 ? null : linked,
    metadata: metadata ?? null,
  };
}

function readExtra(extra: Record<string, unknown>): Record<string, unknown> {
  if (encoder.encode(JSON.stringify(extra)).byteLength > CHAT.extraMaxBytes) {
    const rule = `may have at most ${CHAT.extraMaxBytes} bytes beside its messages`;
    fail(invalidBody([], rule));
  }
  return extra;
}

/** This dialect's places by the core's name, where the two differ. */
const PLACES: Record<string, Issue["path"]> = {
  version: ["bobbin", "version"],
  config: ["bobbin", "config"],
  on_conflict: ["bobbin", "on_conflict"],
  deadline_seconds: ["bobbin", "deadline_seconds"],
  thread_id: ["id"],
};

/**
 * The failure of a turn, with its places as they stand in the page's body.
 * @param message The place of the message in the body.
 */
export function inBody(failure: Failure, message: Issue["path"]): Failure {
  const placed = (path: Issue["path"]): Issue["path"] => {
    const [first = "", ...rest] = path;
    return first === "inputs"
      ? [...message, ...rest.slice(INPUT_MESSAGE.length)]
      : [...(PLACES[first] ?? [first]), ...rest];
  };
  if (failure.kind === "closed_to_tokens") {
    return { ...failure, path: placed(failure.path) };
  }
  return failure.kind === "invalid" && failure.where === "body"
    ? { ...failure, issues: failure.issues.map((one) => ({ ...one, path: placed(one.path) })) }
    : failure;
}

/** The message's place below the core's `inputs`: the one row, and the first message in it. */
const INPUT_MESSAGE = [0, "messages", 0];
