/** A chat as a page holds it: turns over HTTP, streams read by each major's own reader. */
import { readUIMessageStream as read7 } from "ai";
import { readUIMessageStream as read5 } from "ai-5";
import { readUIMessageStream as read6 } from "ai-6";

import type { ActionDefinition } from "../../src/domain/tool";
import { type Reply, call } from "../support/call";
import { type TestProject, makeProject } from "../support/project";
import { mintToken } from "../support/tokens";
import { makeTool } from "../support/tool";

export const MAJORS = [5, 6, 7] as const;
export type Major = (typeof MAJORS)[number];

export interface Chunk {
  type: string;
  [field: string]: unknown;
}

interface Part {
  type: string;
  text?: string;
  [field: string]: unknown;
}

export interface Message {
  id: string;
  role: string;
  parts: Part[];
  metadata?: { bobbin?: Record<string, unknown> };
}

const READERS = { 5: read5, 6: read6, 7: read7 } as const;

/** The last state of the message as that major's page would hold it; throws where its stream would die. */
export async function readMessage(
  chunks: readonly Chunk[],
  major: Major,
  message?: Message,
): Promise<Message> {
  const errors: unknown[] = [];
  const stream = new ReadableStream({
    start(controller) {
      chunks.forEach((chunk) => controller.enqueue(chunk));
      controller.close();
    },
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the three agree in what is read here
  const read = READERS[major] as unknown as (given: object) => AsyncIterable<Message>;
  let last: Message | undefined;
  const onError = (error: unknown): void => void errors.push(error);
  for await (const state of read({ message, stream, onError, terminateOnError: false })) {
    last = state;
  }
  if (errors.length > 0) {
    throw new Error(`ai ${major}: ${errors.map(String).join("; ")}`);
  }
  if (last === undefined) {
    throw new Error(`ai ${major} read no message`);
  }
  return last;
}

/** Chunks of a reply's text, with the numbers that they have; `[DONE]` must be the last line. */
export function chunksOf(text: string): { id: number | null; chunk: Chunk }[] {
  const frames = text.split("\n\n").filter((frame) => frame !== "" && !frame.startsWith(":"));
  if (frames.pop() !== "data: [DONE]") {
    throw new Error(`The stream is not closed: ${text}`);
  }
  return frames.map((frame) => {
    const [, id = null, json = ""] = /^(?:id: (\d+)\n)?data: (.*)$/s.exec(frame) ?? [];
    return { id: id === null ? null : Number(id), chunk: JSON.parse(json) };
  });
}

export const textOf = ({ parts }: Message): string =>
  parts.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("|");

export const userMessage = (id: string, text: string) => ({
  id,
  role: "user",
  parts: [{ type: "text", text }],
});

export interface ChatBench extends TestProject {
  api: string;
  toolId: string;
  token: string;
  post: (body: object, options?: { key?: string; query?: string }) => Promise<Reply>;
  get: (tail: string, key?: string) => Promise<Reply>;
}

export async function chatBench(actions: readonly ActionDefinition[]): Promise<ChatBench> {
  const project = await makeProject();
  const toolId = await makeTool(project.id, actions);
  const token = await mintToken(project.key, { end_user_id: "ada", tools: [toolId] });
  const api = `/ui/v1/tools/${toolId}/chat`;
  return {
    ...project,
    api,
    toolId,
    token,
    post: (body, { key = token, query = "" } = {}) => call(`${api}${query}`, { key, json: body }),
    get: (tail, key = token) => call(`${api}${tail}`, { key }),
  };
}
