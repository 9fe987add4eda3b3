/** Frames of `WebSocketChatTransport`, as `ai` 7 sends and reads them. */
import * as z from "zod";

import { MAX_VALUES, ValueCount } from "../../../domain/count-values";
import { tryJson } from "../../../domain/json";
import { recordOf } from "../../../domain/list-of";
import { CHAT, RUN, SOCKET } from "../../../limits";
import { pauseAfter } from "../../../yield-to-event-loop";
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

/** Null for what the transport never sends. A long frame is read in pieces, between which others have their turns. */
export async function readFrame(frame: string | ArrayBuffer): Promise<AnyFrame | null> {
  if (typeof frame !== "string" || !(await isWithinBounds(frame))) {
    return null;
  }
  const value = tryJson(frame);
  await pauseAfter(frame.length);
  return PageFrame.safeParse(value).data ?? null;
}

const encoder = new TextEncoder();

/** As of any body, by its bytes and its values: millions of values cost seconds and more memory than an isolate has. */
async function isWithinBounds(frame: string): Promise<boolean> {
  if (frame.length > CHAT.bodyMaxBytes) {
    return false;
  }
  const values = new ValueCount();
  let bytes = 0;
  for (let at = 0; at < frame.length; at += RUN.valueCharsPerTurn) {
    const piece = encoder.encode(frame.slice(at, at + RUN.valueCharsPerTurn));
    bytes += piece.length;
    if (bytes > CHAT.bodyMaxBytes || values.add(piece) > MAX_VALUES) {
      return false;
    }
    await pauseAfter(frame.length);
  }
  return true;
}
