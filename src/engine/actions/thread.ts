import * as z from "zod";

import { ActionFailure } from "../../domain/action-failure";
import { ROLES } from "../../domain/message";
import { ACTION } from "../../limits";
import { type ThreadMessage, messagesOf, presentMessage } from "../chat/thread-messages";
import { defineAction } from "./action";
import { withFileTexts } from "./thread-files";

const MaxChars = z
  .int()
  .min(1)
  .max(ACTION.fileMaxChars)
  .default(ACTION.fileDefaultMaxChars)
  .describe("Characters of all texts together.");

const config = z.strictObject({
  limit: z
    .int()
    .min(1)
    .max(ACTION.threadMaxMessages)
    .default(ACTION.threadDefaultMessages)
    .describe("How many of the newest messages."),
  roles: z
    .array(z.enum(ROLES))
    .min(1)
    .max(ROLES.length)
    .optional()
    .describe("Only messages of these roles."),
  files: z
    .union([z.boolean(), z.strictObject({ max_chars: MaxChars })])
    .optional()
    .describe(
      "Puts the text of the files that the messages name behind their content, of the newest first, " +
        "at most `max_chars` characters in all.",
    ),
});

/**
 * A run without a thread sees the messages of its input in the thread's place, so that one tool
 * serves both a client that keeps its history here and one that sends it along.
 */
export const threadAction = defineAction({
  type: "thread",
  summary: "The newest messages of the run's thread, oldest first.",
  spec: z.strictObject({}),
  config,
  notes: "outcome",
  async execute({ threadId, ports, input, signal, config: { limit, roles, files } }) {
    const withFiles = async <M extends ThreadMessage>(messages: readonly M[]) =>
      files === undefined || files === false
        ? messages
        : withFileTexts(
            messages,
            ports.files,
            files === true ? MaxChars.parse(undefined) : files.max_chars,
            signal,
          );
    if (threadId === null) {
      const messages = messagesOf(input).filter(
        (message) => roles === undefined || roles.some((role) => role === message.role),
      );
      return {
        value: { id: null, metadata: {}, messages: await withFiles(messages.slice(-limit)) },
      };
    }
    const [thread, messages] = await Promise.all([
      ports.threads.read(threadId),
      ports.threads.messages(threadId, { limit, roles }),
    ]);
    if (thread === null) {
      throw new ActionFailure("thread_not_found", `There is no thread ${threadId} any more.`);
    }
    return {
      value: {
        id: thread.id,
        metadata: thread.metadata ?? {},
        messages: await withFiles(messages.map(presentMessage)),
      },
    };
  },
});
