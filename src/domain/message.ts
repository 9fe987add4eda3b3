import type { Metadata } from "./metadata";

/** Who speaks in a message. */
export const ROLES = ["user", "assistant", "system"] as const;
/** One of `ROLES`. */
export type Role = (typeof ROLES)[number];

/** One part of what a message says. */
export type MessagePart =
  | { type: "text"; text: string }
  /** The words by which a model refuses to answer; `content` says them too. */
  | { type: "refusal"; refusal: string }
  | { type: "image_url"; url: string; detail?: string | undefined }
  | { type: "blob"; mime_type: string; url: string }
  /** An image among the project's files; `detail` is OpenAI's. */
  | { type: "image_file"; file_id: string; detail?: string | undefined }
  | { type: "file"; id: string; name?: string | undefined }
  | { type: "link"; url: string; title?: string | undefined }
  | { type: "table"; name: string; columns: string[]; data: unknown[][] };

/** Parts of a message whose text is a model's refusal, or else of a plain one: none. */
export function partsOfReply(text: string, refusal: true | undefined): MessagePart[] | null {
  return refusal ? [{ type: "refusal", refusal: text }] : null;
}

type SayingPart = Extract<MessagePart, { type: "text" | "refusal" }>;

/** What a part says in words; null where it is no text. */
export function wordsOfPart(
  part: SayingPart | { type: Exclude<MessagePart["type"], SayingPart["type"]> },
): string | null {
  if (part.type === "refusal") {
    return part.refusal;
  }
  return part.type === "text" ? part.text : null;
}

/** A file that a message brings along, and what it is for. */
export interface Attachment {
  fileId: string;
  /** Names of tools that are to have it, e.g. `file_search`. */
  tools: string[];
}

/** A passage that a text quotes. */
export interface Citation {
  /** As it stands in the text. */
  mark: string;
  /** Unicode code points of the text before the mark, and up to its end. */
  start: number;
  end: number;
  documentId: string;
  fileId: string | null;
  title: string;
  /** The passage itself. */
  quote: string;
  /** Pages or slides that it has something of; absent where its document has none. */
  pages?: number[] | undefined;
}

/** Why a run's message ends before it was to end. */
export const INCOMPLETE_REASONS = [
  "cancelled",
  "expired",
  "failed",
  "max_tokens",
  "content_filter",
] as const;
/** One of `INCOMPLETE_REASONS`. */
export type IncompleteReason = (typeof INCOMPLETE_REASONS)[number];

/** What a caller or a run gives to have a message written. */
export interface NewMessage {
  /** Fixed before the write, so that a repeated write is the same message. */
  id: string;
  /** The client's own name of it, where it gave one: see `Turn`. */
  clientId?: string | null;
  role: Role;
  content: string;
  fileIds: string[];
  metadata: Metadata | null;
  parts: MessagePart[] | null;
  attachments?: Attachment[] | null;
  /** Its author's name, where it was written elsewhere. */
  author?: string | null;
  /** When it was written, where that is not now. */
  createdAtMs?: number;
}

/** A message as a thread has it. */
export interface Message extends NewMessage {
  threadId: string;
  createdAtMs: number;
  author: string | null;
  attachments: Attachment[] | null;
  /** Of what a run wrote. */
  citations: Citation[] | null;
  /** Set on what a run wrote. */
  writtenBy: { toolId: string; toolName: string; runId: string } | null;
  /** The text is not all that it was to be. */
  incomplete: boolean;
  /**
   * The run in whose turn something else has taken its place: it is kept, and belongs to the thread's
   * lists, histories and streams no more.
   */
  supersededBy?: string | null;
  /** Null where it is complete, and for messages of before there were reasons. */
  incompleteReason: IncompleteReason | null;
  /** When a run had written it. */
  endedAtMs: number | null;
}

/** What surrounds a message as it is written. */
export interface MessageContext {
  threadId: string;
  /** Where the message itself says no other time. */
  createdAtMs: number;
  /** Of what a run writes. */
  writtenBy?: Message["writtenBy"];
  supersededBy?: string | null;
  citations?: Citation[] | null;
  incompleteReason?: IncompleteReason | null;
  endedAtMs?: number | null;
}

/** The message as it will be stored: complete and of a caller, unless the context says otherwise. */
export function newMessage(
  { author = null, clientId = null, attachments = null, ...message }: NewMessage,
  {
    threadId,
    createdAtMs,
    writtenBy = null,
    supersededBy = null,
    citations = null,
    incompleteReason = null,
    endedAtMs = null,
  }: MessageContext,
): Message {
  const { id, role, content, fileIds, metadata, parts } = message;
  return {
    id,
    ...(clientId === null ? {} : { clientId }),
    role,
    content,
    fileIds,
    metadata,
    parts,
    author,
    attachments,
    citations,
    threadId,
    createdAtMs: message.createdAtMs ?? createdAtMs,
    writtenBy,
    incomplete: incompleteReason !== null,
    incompleteReason,
    endedAtMs,
    ...(supersededBy === null ? {} : { supersededBy }),
  };
}
