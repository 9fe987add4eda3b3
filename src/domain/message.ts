import type { Metadata } from "./metadata";

export const ROLES = ["user", "assistant", "system"] as const;
export type Role = (typeof ROLES)[number];

export type MessagePart =
  | { type: "text"; text: string }
  | { type: "image_url"; url: string; detail?: string | undefined }
  | { type: "blob"; mime_type: string; url: string }
  | { type: "file"; id: string; name?: string | undefined }
  | { type: "link"; url: string; title?: string | undefined }
  | { type: "table"; name: string; columns: string[]; data: unknown[][] };

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
  /** Its author's name, where it was written elsewhere. */
  author?: string | null;
  /** When it was written, where that is not now. */
  createdAtMs?: number;
}

export interface Message extends NewMessage {
  threadId: string;
  createdAtMs: number;
  author: string | null;
  /** Set on what a run wrote. */
  writtenBy: { toolId: string; toolName: string; runId: string } | null;
  /** True where a stopped or expired run kept its partial text. */
  incomplete: boolean;
  /**
   * The run in whose turn something else has taken its place: it is kept, and belongs to the thread's
   * lists, histories and streams no more.
   */
  supersededBy?: string | null;
}

/** What surrounds a message as it is written. */
export interface MessageContext {
  threadId: string;
  /** Where the message itself says no other time. */
  createdAtMs: number;
  /** Of what a run writes. */
  writtenBy?: Message["writtenBy"];
  incomplete?: boolean;
  supersededBy?: string | null;
}

/** The message as it will be stored: complete and of a caller, unless the context says otherwise. */
export function newMessage(
  { author = null, clientId = null, ...message }: NewMessage,
  {
    threadId,
    createdAtMs,
    writtenBy = null,
    incomplete = false,
    supersededBy = null,
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
    threadId,
    createdAtMs: message.createdAtMs ?? createdAtMs,
    writtenBy,
    incomplete,
    ...(supersededBy === null ? {} : { supersededBy }),
  };
}
