/** Server-sent events, gone on with from where a connection broke. */
import { EventSourceParserStream } from "eventsource-parser/stream";

import { BobbinError } from "./api-error";

const FIRST_DELAY_MS = 500;
const MAX_DELAY_MS = 15_000;
/** Tries one after the other that bring no event: some two minutes. */
const MAX_TRIES = 12;

/** Opens the stream behind the event of this id; the first time there is none. */
export type Open = (lastId: string | null) => Promise<Response>;

/**
 * The events of a stream, each once. A connection that ends before the last event, or is refused for
 * now, is made again, ever more slowly.
 * @throws {BobbinError} What the API refuses for good, and where nothing has come in two minutes.
 */
export async function* eventsOf<Event>(
  open: Open,
  isLast: (event: Event) => boolean,
  signal?: AbortSignal,
): AsyncGenerator<Event> {
  const place: Place = { lastId: null, delayMs: FIRST_DELAY_MS, tries: 0 };
  for (;;) {
    try {
      if (yield* eventsTo(isLast, await open(place.lastId), place)) {
        return;
      }
    } catch (error) {
      signal?.throwIfAborted();
      place.delayMs = delayAfter(error, place);
    }
    await pause(place.delayMs, signal);
    place.delayMs = Math.min(MAX_DELAY_MS, 2 * place.delayMs);
  }
}

/** Where a reader stands, and how long it waits before it goes on from there. */
interface Place {
  lastId: string | null;
  delayMs: number;
  /** One after the other that have brought nothing. */
  tries: number;
}

/** Throws what no other try would mend. */
function delayAfter(error: unknown, place: Place): number {
  place.tries += 1;
  const refusal = error instanceof BobbinError ? error : null;
  if (refusal?.isPassing === false || place.tries >= MAX_TRIES) {
    throw error;
  }
  return refusal?.retryAfterMs ?? place.delayMs;
}

/** @returns Whether the last event was among those of this connection. */
async function* eventsTo<Event>(
  isLast: (event: Event) => boolean,
  response: Response,
  place: Place,
): AsyncGenerator<Event, boolean> {
  for await (const { id, data, retryMs } of told(response)) {
    place.lastId = id ?? place.lastId;
    place.delayMs = retryMs ?? FIRST_DELAY_MS;
    place.tries = 0;
    if (data !== "") {
      const event: Event = JSON.parse(data);
      yield event;
      if (isLast(event)) {
        return true;
      }
    }
  }
  return false;
}

interface Told {
  id: string | undefined;
  data: string;
  retryMs: number | undefined;
}

async function* told({ body }: Response): AsyncGenerator<Told> {
  let retryMs: number | undefined;
  const parser = new EventSourceParserStream({ onRetry: (ms) => (retryMs = ms) });
  const reader = body?.pipeThrough(new TextDecoderStream()).pipeThrough(parser).getReader();
  if (reader === undefined) {
    return;
  }
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        return;
      }
      yield { id: value.id, data: value.data, retryMs };
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function pause(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, delayMs);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
