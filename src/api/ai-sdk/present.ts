/** Messages of a thread as the `UIMessage`s of its page. */
import type { ListedChat } from "../../core/chats/list-chats";
import { type ChatEntry, replayRecorded } from "../../core/chats/read-chat";
import type { StartedRun } from "../../core/start-run";
import { answerIdOf } from "../../domain/ids";
import type { Message, MessagePart, Role } from "../../domain/message";
import type { Chunk, StreamSettings } from "./encoder/chunks";
import { RunEncoder } from "./encoder/run-encoder";
import { type LinkedFiles, fileIdsIn } from "./linked-files";
import { type UiPart, partsOf } from "./read-parts";

interface UiMessage {
  id: string;
  role: Role;
  metadata: Record<string, unknown>;
  parts: UiPart[];
}

/** Messages that one run wrote are one. */
export function presentMessages(
  entries: readonly ChatEntry[],
  settings: StreamSettings,
  files: LinkedFiles,
): UiMessage[] {
  const first = entries.filter(({ message: { writtenBy } }, index) => {
    const before = entries[index - 1]?.message.writtenBy?.runId;
    return writtenBy === null || writtenBy.runId !== before;
  });
  return first.map((entry) => presentMessage(entry, settings, files));
}

function presentMessage(
  { message, run }: ChatEntry,
  settings: StreamSettings,
  files: LinkedFiles,
): UiMessage {
  const { id, clientId, role, createdAtMs, writtenBy, incomplete, metadata } = message;
  const bobbin = {
    createdAt: new Date(createdAtMs).toISOString(),
    ...(writtenBy === null ? {} : { runId: writtenBy.runId }),
    ...(incomplete ? { incomplete } : {}),
  };
  const isAnswer = run !== null && run.run.steps.length > 0;
  return {
    id: run === null ? (clientId ?? id) : answerIdOf(run.run.id),
    role,
    metadata: { ...metadata, bobbin },
    parts: isAnswer ? partsOf(chunksOf(run, message, settings, files)) : plainParts(message, files),
  };
}

/** What the run's stream told, without its beginning and end. */
function chunksOf(
  run: StartedRun,
  message: Message,
  settings: StreamSettings,
  files: LinkedFiles,
): Chunk[] {
  const answerId = answerIdOf(run.run.id);
  const encoder = new RunEncoder({ run: run.run, answers: run.answers, answerId }, settings);
  return replayRecorded(run, message).flatMap((event) => {
    if (event.type === "run-end") {
      return encoder.encodeEnd(event, { durationMs: null, usage: null });
    }
    if (event.type === "message-add") {
      return [...encoder.encode(event), ...fileChunks(event.message, files)];
    }
    return event.type === "run-wait" ? encoder.encodeWait(event, true) : encoder.encode(event);
  });
}

/** A page puts files before the text that is said of them. */
function plainParts(message: Message, files: LinkedFiles): UiPart[] {
  const { content, parts, role } = message;
  const state = role === "assistant" ? { state: "done" } : {};
  const text = content === "" ? [] : [{ type: "text", text: content, ...state }];
  const others = [
    ...(parts ?? []).flatMap(partOf),
    ...fileChunks(message, files).map((chunk) => ({ ...chunk })),
  ];
  return role === "user" ? [...others, ...text] : [...text, ...others];
}

/** The files of a message, as its stream tells them. */
export function fileChunks(message: Message, files: LinkedFiles): Chunk[] {
  return fileIdsIn(message).flatMap((id) => files.get(id) ?? []);
}

function partOf(part: MessagePart): UiPart[] {
  switch (part.type) {
    case "text":
      return [{ type: "text", text: part.text }];
    case "image_url":
      return [{ type: "file", mediaType: "image/*", url: part.url }];
    case "blob":
      return [{ type: "file", mediaType: part.mime_type, url: dataUrl(part) }];
    case "link":
      return [{ type: "source-url", sourceId: part.url, ...withTitle(part) }];
    case "table":
      return [{ type: "text", text: inMarkdown(part) }];
    // The message's own text says it.
    case "refusal":
    case "file":
    case "image_file":
      return [];
  }
}

function withTitle({ url, title }: { url: string; title?: string | undefined }) {
  return { url, ...(title === undefined ? {} : { title }) };
}

function dataUrl({ mime_type: type, url }: { mime_type: string; url: string }): string {
  return url.startsWith("data:") ? url : `data:${type};base64,${url}`;
}

function inMarkdown({ name, columns, data }: Extract<MessagePart, { type: "table" }>): string {
  const rows = [columns, columns.map(() => "---"), ...data];
  return [`**${name}**`, "", ...rows.map(rowInMarkdown)].join("\n");
}

function rowInMarkdown(cells: readonly unknown[]): string {
  return `| ${cells.map((cell) => String(cell).replaceAll("|", "\\|")).join(" | ")} |`;
}

export function presentChat({ thread, title, openRunId }: ListedChat) {
  return {
    id: thread.alias ?? thread.id,
    threadId: thread.id,
    title,
    createdAt: new Date(thread.createdAtMs).toISOString(),
    updatedAt: new Date(thread.updatedAtMs).toISOString(),
    ...(thread.metadata === null ? {} : { metadata: thread.metadata }),
    activeStreamId: openRunId,
  };
}
