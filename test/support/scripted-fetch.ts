/** The network of a test inside workerd: answers in turn, and remembers what was asked. */
export interface ScriptedFetch {
  fetch: typeof fetch;
  requests: {
    url: string;
    headers: Headers;
    body: Record<string, unknown>;
    redirect: string;
    signal: AbortSignal;
  }[];
}

/** Each request takes the next answer; an Error is a connection that fails. */
export function scriptedFetch(...answers: (Response | Error | "never")[]): ScriptedFetch {
  const requests: ScriptedFetch["requests"] = [];
  return {
    requests,
    fetch: async (input, init) => {
      const request = new Request(input, init);
      requests.push({
        url: request.url,
        headers: request.headers,
        body: await request.json(),
        redirect: request.redirect,
        signal: request.signal,
      });
      const answer = answers.shift() ?? new Error("The script has no answer for this request.");
      if (answer === "never") {
        return untilAborted(init?.signal);
      }
      if (answer instanceof Error) {
        throw answer;
      }
      return answer;
    },
  };
}

export function jsonResponse(body: object, init: ResponseInit = {}): Response {
  return Response.json(body, init);
}

/** A stream of these events that then ends, breaks, or says nothing more. */
export function eventResponse(
  events: readonly string[],
  ending: "end" | "break" | "silence" = "end",
): Response {
  const encoder = new TextEncoder();
  let next = 0;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const event = events[next];
      next += 1;
      if (event !== undefined) {
        controller.enqueue(encoder.encode(event));
      } else if (ending === "end") {
        controller.close();
      } else if (ending === "break") {
        controller.error(new Error("Network connection lost."));
      } else {
        await new Promise(() => undefined);
      }
    },
  });
  return new Response(body, { headers: { "Content-Type": "text/event-stream" } });
}

function untilAborted(signal: AbortSignal | null | undefined): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

/** A body of this text, seven bytes at a time as networks cut it; `stays` keeps the connection open. */
export function pieces(
  text: string,
  { headers = {}, stays = false }: { headers?: Record<string, string>; stays?: boolean } = {},
): Response {
  const bytes = new TextEncoder().encode(text);
  let at = 0;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (at < bytes.length) {
        controller.enqueue(bytes.slice(at, at + PIECE_BYTES));
        at += PIECE_BYTES;
      } else if (stays) {
        await new Promise(() => undefined);
      } else {
        controller.close();
      }
    },
  });
  return new Response(body, { headers: { "Content-Type": "text/event-stream", ...headers } });
}

/** Cuts characters, lines and events alike. */
const PIECE_BYTES = 7;
