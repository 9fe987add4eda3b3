/** Server-sent events of the public API, gone on with from where a connection broke. */
import { EventSourceParserStream } from "eventsource-parser/stream";

import { ApiError } from "./api-error.ts";
import { type CallName, type Given, send } from "./call.ts";
import { parseJson } from "./json.ts";

const FIRST_DELAY_MS = 500;
const MAX_DELAY_MS = 15_000;

interface Follow {
  /** Each event's `data`, parsed. */
  onEvent: (data: unknown) => void;
  /** True while the connection is broken and made again. */
  onBroken: (isBroken: boolean) => void;
  /** Which event is the last of all; a stream without one goes on until it is left. */
  isLast?: (data: unknown) => boolean;
  signal: AbortSignal;
}

/** @throws {ApiError} What the server refuses; a server that is away is asked again, ever more slowly. */
export async function follow<Name extends CallName>(
  name: Name,
  given: Given<Name>,
  { onEvent, onBroken, isLast = () => false, signal }: Follow,
): Promise<void> {
  const place: Place = { lastId: "", delayMs: FIRST_DELAY_MS };
  const isOver = (data: unknown) => {
    onEvent(data);
    return isLast(data);
  };
  while (!signal.aborted) {
    try {
      const headers: Record<string, string> =
        place.lastId === "" ? {} : { "Last-Event-ID": place.lastId };
      const response = await send(name, given, { signal, headers });
      onBroken(false);
      if (await readTo(place, response, isOver)) {
        return;
      }
    } catch (error) {
      if (signal.aborted) {
        return;
      }
      if (error instanceof ApiError && error.status !== 0 && error.status < 500) {
        throw error;
      }
      onBroken(true);
      place.delayMs = Math.min(MAX_DELAY_MS, place.delayMs * 2);
    }
    await sleep(place.delayMs, signal);
  }
}

/** Where a reader stands, and how long it waits before it goes on from there. */
interface Place {
  lastId: string;
  delayMs: number;
}

/** @returns Whether the last event of all was among those of this connection. */
async function readTo(
  place: Place,
  response: Response,
  isOver: (data: unknown) => boolean,
): Promise<boolean> {
  for await (const { id, data, retryMs } of eventsOf(response)) {
    place.lastId = id ?? place.lastId;
    place.delayMs = retryMs ?? FIRST_DELAY_MS;
    if (data !== undefined && isOver(data)) {
      return true;
    }
  }
  return false;
}

interface Told {
  id?: string | undefined;
  data?: unknown;
  retryMs?: number;
}

async function* eventsOf({ body }: Response): AsyncGenerator<Told> {
  if (body === null) {
    return;
  }
  let retryMs: number | undefined;
  const parser = new EventSourceParserStream({ onRetry: (ms) => (retryMs = ms) });
  for await (const { id, data } of body.pipeThrough(new TextDecoderStream()).pipeThrough(parser)) {
    yield {
      ...(id === undefined ? {} : { id }),
      ...(data === "" ? {} : { data: parseJson(data) }),
      ...(retryMs === undefined ? {} : { retryMs }),
    };
  }
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
