/**
 * A server on loopback that speaks OpenAI's wire: the model of tests over real HTTP. What it answers
 * is a script; what it was asked, and whether the client hung up, it remembers.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";

import { completionBody, completionEvents, embeddingsBody, errorBody } from "./openai-wire.ts";
import type { Completion } from "./openai-wire.ts";

export type Answer =
  /** A reply, streamed or not as the request asks. */
  | (Completion & {
      /** Stops for ever after so many events of the stream. */
      stallAfter?: number;
      /** Cuts the connection after so many events of the stream; 0: before any byte. */
      breakAfter?: number;
      /** Holds back what follows the first `after` events until the gate opens. */
      hold?: { after: number; until: Promise<unknown> };
      /** Milliseconds between events. */
      paceMs?: number;
    })
  | { status: number; message: string; code?: string; headers?: Record<string, string> }
  | "never";

export interface SeenRequest {
  path: string;
  headers: IncomingMessage["headers"];
  body: Record<string, unknown>;
  /** Resolves when the exchange is over: true where the client left before its end. */
  abandoned: Promise<boolean>;
}

export interface OpenAiServer {
  /** With its `/v1`. */
  baseUrl: string;
  requests: SeenRequest[];
  /** The next requests get these, one each; those after get `otherwise`. */
  answer(...answers: Answer[]): void;
  otherwise: Answer | ((request: SeenRequest) => Answer);
  /** Resolves with request number `count`, 1 for the first, once it has come. */
  request(count: number): Promise<SeenRequest>;
  close(): Promise<void>;
}

export async function startOpenAiServer(): Promise<OpenAiServer> {
  const script: Answer[] = [];
  const waiting = new Map<number, PromiseWithResolvers<SeenRequest>>();
  const http = createServer((incoming, response) => {
    void serve(incoming, response);
  });

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const seen = await look(incoming, response);
    server.requests.push(seen);
    waiting.get(server.requests.length)?.resolve(seen);
    if (seen.path.endsWith("/embeddings")) {
      const { input } = seen.body;
      sendJson(
        response,
        200,
        embeddingsBody(Array.isArray(input) ? input.map(String) : [String(input)]),
      );
      return;
    }
    const { otherwise } = server;
    const answer =
      script.shift() ?? (typeof otherwise === "function" ? otherwise(seen) : otherwise);
    await give(answer, seen, response);
  }

  const server: OpenAiServer = {
    baseUrl: "",
    requests: [],
    otherwise: { text: ["Hello", " from", " the", " test", " model", "."] },
    answer: (...answers) => {
      script.push(...answers);
    },
    request: async (count) => {
      const seen = server.requests[count - 1];
      if (seen !== undefined) {
        return seen;
      }
      const gate = waiting.get(count) ?? Promise.withResolvers<SeenRequest>();
      waiting.set(count, gate);
      return gate.promise;
    },
    close: async () => {
      http.closeAllConnections();
      http.close();
      await once(http, "close");
    },
  };

  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  const address = http.address();
  if (address === null || typeof address === "string") {
    throw new Error("A TCP server on loopback has an address with a port.");
  }
  server.baseUrl = `http://127.0.0.1:${address.port}/v1`;
  return server;
}

async function look(incoming: IncomingMessage, response: ServerResponse): Promise<SeenRequest> {
  const { promise: abandoned, resolve } = Promise.withResolvers<boolean>();
  response.once("close", () => resolve(!response.writableFinished));
  let text = "";
  for await (const piece of incoming.setEncoding("utf8")) {
    text += String(piece);
  }
  return {
    path: incoming.url ?? "",
    headers: incoming.headers,
    body: JSON.parse(text || "{}"),
    abandoned,
  };
}

async function give(answer: Answer, seen: SeenRequest, response: ServerResponse): Promise<void> {
  if (answer === "never") {
    return;
  }
  if ("status" in answer) {
    const { status, message, code, headers = {} } = answer;
    sendJson(response, status, errorBody(message, code), headers);
  } else if (answer.breakAfter === 0) {
    response.destroy();
  } else if (seen.body["stream"] === true) {
    await giveStream(answer, response);
  } else {
    sendJson(response, 200, completionBody(answer));
  }
}

async function giveStream(
  answer: Exclude<Answer, string | { status: number }>,
  response: ServerResponse,
): Promise<void> {
  response.writeHead(200, { "Content-Type": "text/event-stream" });
  for (const [index, event] of completionEvents(answer).entries()) {
    if (index === answer.hold?.after) {
      await answer.hold.until;
    }
    if (index === answer.stallAfter) {
      return;
    }
    if (index === answer.breakAfter) {
      response.destroy();
      return;
    }
    if (answer.paceMs !== undefined && index > 0) {
      await new Promise((resolve) => setTimeout(resolve, answer.paceMs));
    }
    response.write(event);
  }
  response.end();
}

function sendJson(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "Content-Type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}
