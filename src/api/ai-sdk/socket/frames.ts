/** Frames of `WebSocketChatTransport`, as `ai` 7 sends and reads them. */
import * as z from "zod";

import { MAX_VALUES, ValueCount } from "../../../domain/count-values";
import { recordOf } from "../../../domain/list-of";
import { CHAT, SOCKET } from "../../../limits";
import type { Chunk } from "../encoder/chunks";

const RequestId = z.string().min(1).max(SOCKET.requestIdMaxChars);

/** What both ask for. `metadata` is what a page tells its own transport, and nothing here. */
const asking = {
  requestId: RequestId,
  id: z.string().min(1).max(CHAT.idMaxChars),
  headers: recordOf(z.string(), z.string()),
  body: z.looseObject({}),
  metadata: z.unknown().optional(),
};

const PageFrame = z.discriminatedUnion("type", [
  /** As the body of a turn, which judges what the message says. */
  z.strictObject({
    type: z.literal("send"),
    ...asking,
    trigger: z.string(),
    messageId: z.string().optional(),
    messages: z.array(z.unknown()),
  }),
  /** From the first chunk: the transport has no other wish. */
  z.strictObject({ type: z.literal("resume"), ...asking, lastSequence: z.undefined().optional() }),
  z.strictObject({ type: z.literal("abort"), requestId: RequestId }),
]);

type AnyFrame = z.output<typeof PageFrame>;
export type AskingFrame = Exclude<AnyFrame, { type: "abort" }>;

/** What the page is told. `sequence` runs from 0 for each request: a gap ends all streams of the page. */
export type AnswerFrame = { requestId: string } & (
  | { type: "start" | "end" | "no-active" }
  | { type: "chunk"; sequence: number; chunk: Chunk }
  | { type: "error"; errorText: string }
);

/** Null for what the transport never sends. */
export function readFrame(frame: string | ArrayBuffer): AnyFrame | null {
  if (typeof frame !== "string" || frame.length > CHAT.bodyMaxBytes || hasTooManyValues(frame)) {
    return null;
  }
  try {
    return PageFrame.safeParse(JSON.parse(frame)).data ?? null;
  } catch {
    return null;
  }
}

const encoder = new TextEncoder();

/** As of any body: millions of values cost seconds and more memory than an isolate has. */
function hasTooManyValues(frame: string): boolean {
  return new ValueCount().add(encoder.encode(frame)) > MAX_VALUES;
}
