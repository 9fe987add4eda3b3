import * as z from "zod";

import { newThreadId } from "../../src/domain/ids";
import { chunksOf, userMessage } from "../ai-sdk/chat-bench";
import type { TestProject } from "../support/project";
import { chatActions, makeTool } from "../support/tool";
import { AI_SDK_OPENS } from "./ai-sdk-opens";
import { type Dialect, NOT_SUPPORTED, type RunEnd, type RunOf } from "./dialect";
import { TYPED_CODES, readTypedError } from "./typed-errors";

/** A page holds a chat and hears its answers: all else is done by a server, in another dialect. */
export const aiSdk: Dialect = {
  name: "AI SDK",
  // A page hears and speaks: a server that makes and reads things does it in another dialect.
  lacks: ["threads", "messages", "files", "runs.byThemselves"],
  opens: AI_SDK_OPENS,
  neverId: newThreadId,
  bareId: (id) => id,
  readError: readTypedError,
  codes: { ...TYPED_CODES, messageNotFound: null },
  write: async ({ id: projectId }: TestProject) => {
    const toolId = await makeTool(projectId, chatActions());
    return say({ projectId, toolId, threadId: newThreadId() }, "Hello");
  },
  threads: NOT_SUPPORTED,
  messages: NOT_SUPPORTED,
  files: NOT_SUPPORTED,
  runs: {
    start: say,
    readRunId: ({ headers }) => z.string().parse(headers.get("X-Bobbin-Run-Id")),
    readEvents: (text) => {
      const told = chunksOf(text);
      return told.map(({ id, chunk }, index) => ({
        cursor: String(id),
        text: chunk.type === "text-delta" ? z.string().parse(chunk["delta"]) : "",
        ended: ENDS[chunk.type] ?? null,
        isLast: index === told.length - 1,
      }));
    },
    streamPath: (of) => `${chatPath(of)}/${of.threadId}/stream`,
    byThemselves: NOT_SUPPORTED,
  },
};

const ENDS: Record<string, RunEnd> = { finish: "succeeded", error: "failed", abort: "cancelled" };

function say(of: RunOf, question: string) {
  const message = userMessage(`asked-${question}`, question);
  return { path: chatPath(of), json: { id: of.threadId, message } };
}

function chatPath({ toolId }: RunOf): string {
  return `/ui/v1/tools/${toolId}/chat`;
}
