/** A chat as a page holds it: turns over HTTP, streams read by each major's own reader. */
import type { ActionDefinition } from "../../src/domain/tool";
import { type Reply, call } from "../support/call";
import { type TestProject, makeProject } from "../support/project";
import { mintToken } from "../support/tokens";
import { makeTool } from "../support/tool";
import type { Chunk } from "./read-message";

export * from "./read-message";

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
