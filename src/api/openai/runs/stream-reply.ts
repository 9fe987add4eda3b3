/** A run's stream on the wire: server-sent events, or a line of JSON each. */
import type { Context } from "hono";

import type { AppEnv } from "../../shared/app-env";
import { inTurn, streamReply } from "../../shared/reply/event-stream";
import { ApiError } from "../../shared/reply/fail";
import { errors } from "../failures";
import type { StreamEvent } from "./step-encoder";

/** One event, under its number if it has one; null is a keep-alive. */
export type StreamItem = (StreamEvent & { n?: number }) | "done" | null;

interface Wire {
  headers: Record<string, string>;
  write: (item: StreamItem) => string;
}

const HEADERS = {
  // A compressing proxy would hold events back.
  "Cache-Control": "no-cache, no-transform",
  "Content-Encoding": "identity",
  "X-Accel-Buffering": "no",
};

const EVENTS: Wire = {
  headers: { ...HEADERS, "Content-Type": "text/event-stream; charset=utf-8" },
  write: (item) => {
    if (item === null) {
      // One line end: behind a number, an empty event ends every Python client.
      return ": keep-alive\n";
    }
    if (item === "done") {
      return "event: done\ndata: [DONE]\n\n";
    }
    const { n, event, data } = item;
    const id = n === undefined ? "" : `id: ${n}\n`;
    return `${id}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
  },
};

/** What `AssistantStream.fromReadableStream` reads; it knows no keep-alive, and ends by itself. */
const LINES: Wire = {
  headers: { ...HEADERS, "Content-Type": "application/x-ndjson" },
  write: (item) =>
    item === null || item === "done"
      ? ""
      : `${JSON.stringify({ event: item.event, data: item.data })}\n`,
};

const encoder = new TextEncoder();

/** @param open Finds the items; what fails before the first of them is an ordinary refusal. */
export function streamItems(
  c: Context<AppEnv>,
  open: (signal: AbortSignal) => Promise<AsyncGenerator<StreamItem[]>>,
): Promise<Response> {
  const wantsLines = c.req.header("Accept")?.includes("application/x-ndjson") === true;
  const { headers, write } = wantsLines ? LINES : EVENTS;
  return streamReply(c, headers, async (signal) =>
    encode(endInWords(c, await inTurn(c, () => open(signal))), write),
  );
}

async function* encode(
  batches: AsyncGenerator<StreamItem[]>,
  write: Wire["write"],
): AsyncGenerator<Uint8Array> {
  for await (const items of batches) {
    yield encoder.encode(items.map(write).join(""));
  }
}

/** A refusal of a stream that has begun is its last event; a bug breaks it off, and is logged. */
async function* endInWords(
  c: Context<AppEnv>,
  batches: AsyncGenerator<StreamItem[]>,
): AsyncGenerator<StreamItem[]> {
  try {
    yield* batches;
  } catch (error) {
    if (!(error instanceof ApiError)) {
      throw error;
    }
    const { body } = errors.failure(error.failure, c.var.requestId);
    yield [{ event: "error", data: body }];
  }
}
