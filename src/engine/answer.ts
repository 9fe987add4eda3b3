/** What a tool's last output becomes: the run's result, and the message that goes to the thread. */
import * as z from "zod";

import { ActionFailure } from "../domain/action-failure";
import { issuesOf, REPORT_INPUT, wordIssues } from "../domain/issues-of";
import { ROLES } from "../domain/message";
import { METADATA } from "../domain/metadata";
import { MESSAGE } from "../limits";
import type { Answer } from "./contract";
import { Part } from "./message-part";

/** What makes an object a message; the rest of it is looked at where it is to be saved. */
const AnyMessage = z.looseObject({ role: z.enum(ROLES), content: z.string().nullable() });
const ChatOutput = z.looseObject({ message: AnyMessage });

/** What the thread keeps of an answer; other fields stay in the result alone. */
const SavedMessage = z.object({
  role: z.literal("assistant"),
  content: z
    .string()
    .refine(fitsMessage, `must be at most ${MESSAGE.contentMaxBytes} bytes of UTF-8`),
  file_ids: z.array(z.string()).max(MESSAGE.maxFiles).default([]),
  metadata: z
    .record(z.string().max(METADATA.maxKeyChars), z.string().max(METADATA.maxValueChars))
    .refine((pairs) => Object.keys(pairs).length <= METADATA.maxPairs, {
      error: `must have at most ${METADATA.maxPairs} pairs`,
    })
    .nullable()
    .default(null),
  parts: z.array(Part).max(MESSAGE.maxParts).nullable().default(null),
});

/**
 * The result that an output makes: a text becomes an assistant's message, a chat output its message,
 * anything else stays. Throws ActionFailure `invalid_answer` for a message that the row's thread
 * could not keep.
 */
export function toResult(output: unknown, threadId: string | null): unknown {
  const result = messageOf(output);
  if (threadId !== null && isSaid(result)) {
    const saved = SavedMessage.safeParse(result, REPORT_INPUT);
    if (!saved.success) {
      throw new ActionFailure(
        "invalid_answer",
        wordIssues(issuesOf(saved.error.issues, ["answer"])),
      );
    }
  }
  return result;
}

/** What of a result is saved to the row's thread; null where it says nothing as the assistant. */
export function answerOf(result: unknown): Answer | null {
  const saved = SavedMessage.safeParse(result);
  if (!saved.success || !isSaid(result)) {
    return null;
  }
  const { role, content, file_ids, metadata, parts } = saved.data;
  return { role, content, fileIds: file_ids, metadata, parts };
}

function messageOf(output: unknown): unknown {
  if (typeof output === "string") {
    return { role: "assistant", content: output };
  }
  const chat = ChatOutput.safeParse(output);
  return chat.success ? chat.data.message : output;
}

/** A function call without a word is nothing that a thread could keep. */
function isSaid(result: unknown): boolean {
  const message = AnyMessage.safeParse(result);
  return message.success && message.data.role === "assistant" && Boolean(message.data.content);
}

function fitsMessage(content: string): boolean {
  return new TextEncoder().encode(content).length <= MESSAGE.contentMaxBytes;
}
