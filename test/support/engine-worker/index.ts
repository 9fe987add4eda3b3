/** A Worker that hands its requests to parts of the engine, for tests over real sockets. */
import { ActionFailure } from "../../../src/domain/action-failure";
import { guardedFetch, type OutboundRequest } from "../../../src/net/guarded-fetch";
import { runInSandbox } from "../../../src/sandbox/run-in-sandbox";

interface Command {
  send?: OutboundRequest & { timeoutMs: number; maxBytes: number; allowLoopback: boolean };
  run?: { source: string; timeoutMs: number };
}

const owner = { projectId: "project", toolId: "tool", runId: "run" };

async function obey({ send, run }: Command): Promise<unknown> {
  if (run) {
    return runInSandbox({
      source: run.source,
      env: {},
      budget: { timeoutMs: run.timeoutMs },
      owner,
    });
  }
  if (send) {
    const { body, ...rest } = await guardedFetch(fetch, send, { ...send, ownHosts: [] });
    return { ...rest, text: new TextDecoder().decode(body) };
  }
  return null;
}

export default {
  async fetch(request): Promise<Response> {
    if (request.method === "GET") {
      return new Response("pong");
    }
    try {
      return Response.json(await obey(await request.json<Command>()));
    } catch (error) {
      if (error instanceof ActionFailure) {
        return Response.json({ code: error.code, message: error.message });
      }
      throw error;
    }
  },
} satisfies ExportedHandler;
