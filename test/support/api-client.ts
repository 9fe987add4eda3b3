/** Calls a running server as a client does: over HTTP, with a key, reading what comes. */
import * as z from "zod";

import { DEMO } from "../../scripts/local/demo-project.ts";

const RUNS = `/p/${DEMO.projectId}/a/${DEMO.toolId}/r`;

const RunReply = z.object({
  run: z.object({
    run_id: z.string(),
    status: z.object({ run: z.enum(["running", "requires_action", "succeeded", "errored"]) }),
    results: z.array(z.array(z.object({ value: z.object({ content: z.string() }) }))).nullable(),
  }),
});
const MessageList = z.object({
  list: z.array(z.object({ id: z.string(), role: z.string(), content: z.string() })),
});

export type ApiClient = ReturnType<typeof apiClient>;

/** Of the demo project, in the ReByte dialect. Every reply that is not 200 is an error. */
export function apiClient(url: string) {
  async function send(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set("Authorization", `Bearer ${DEMO.key}`);
    const response = await fetch(`${url}/api/sdk${path}`, { ...init, headers });
    if (response.status !== 200) {
      throw new Error(`${path}: ${response.status} ${await response.text()}`);
    }
    return response;
  }

  function post(path: string, body: object): Promise<Response> {
    return send(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  }

  return {
    send,
    post,
    startRun: (body: object) => post(RUNS, body),
    run: async (body: object) => readRun(await post(RUNS, body)),
    /** Deploys the tool and runs it; its run may end or come to wait. */
    runTool: async (definition: object) => {
      const made = await post(`/p/${DEMO.projectId}/a`, definition);
      const { tool } = z.object({ tool: z.object({ id: z.string() }) }).parse(await made.json());
      return readRun(await post(`/p/${DEMO.projectId}/a/${tool.id}/r`, {}));
    },
    getRun: async (runId: string) => readRun(await send(`${RUNS}/${runId}`)),
    /** Resolves when the run has ended. */
    followRun: async (runId: string) => (await send(`${RUNS}/${runId}/stream`)).text(),
    cancelRun: (runId: string) => post(`${RUNS}/${runId}/cancel`, {}),
    messages: async (threadId: string) => {
      const reply = await send(`/threads/${threadId}/messages?order=asc&limit=100`);
      return MessageList.parse(await reply.json()).list;
    },
  };
}

async function readRun(response: Response) {
  return RunReply.parse(await response.json()).run;
}
