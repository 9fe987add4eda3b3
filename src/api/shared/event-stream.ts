/** Server-sent events: what the browser's EventSource and every SSE client read. */

import { RETRY, STREAM } from "../../limits";
import { refuse } from "./refuse";

export interface WireEvent {
  /** What a reader that comes back names as the last one it has seen. */
  id: number | string;
  /** Sent as JSON. */
  data: object;
}

const encoder = new TextEncoder();
const KEEP_ALIVE = encoder.encode(": keep-alive\n\n");

/**
 * A streamed reply of these events; null is a keep-alive. The next one is asked for only when the
 * reader has room for it. A reader that goes away aborts `listening`.
 */
export function streamEvents(
  events: AsyncGenerator<WireEvent | null>,
  listening: AbortController,
): Response {
  const frames = mapEach(events, (event) =>
    event === null ? KEEP_ALIVE : encoder.encode(frameOf(event)),
  );
  return new Response(pullFrom(frames, listening), {
    headers: {
      "Content-Type": "text/event-stream",
      "Cache-Control": "no-cache",
      // A compressing proxy would hold events back.
      "Content-Encoding": "identity",
      "X-Accel-Buffering": "no",
    },
  });
}

/** Memory of this isolate: streams that are open now. */
let openStreams = 0;

/** Refuses one stream more where that would cost those that are open their lines. Ask before anything is done. */
export function refuseStreamIfFull(): void {
  if (openStreams >= STREAM.maxOpen) {
    const message = `${STREAM.maxOpen} streams are open here already.`;
    refuse({ kind: "unavailable", message, retryAfterSeconds: RETRY.afterSeconds });
  }
}

/** A byte stream that asks the source for the next chunk when its reader has room for it. */
export function pullFrom(
  source: AsyncGenerator<Uint8Array>,
  listening: AbortController,
): ReadableStream<Uint8Array> {
  openStreams += 1;
  listening.signal.addEventListener("abort", () => (openStreams -= 1), { once: true });
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          const { done, value } = await source.next();
          if (done === true) {
            listening.abort();
            controller.close();
          } else {
            controller.enqueue(value);
          }
        } catch (error) {
          listening.abort();
          throw error;
        }
      },
      cancel: () => listening.abort(),
    },
    { highWaterMark: 0 },
  );
}

export async function* mapEach<From, To>(
  source: AsyncIterable<From>,
  map: (item: From) => To,
): AsyncGenerator<To> {
  for await (const item of source) {
    yield map(item);
  }
}

/**
 * The number after which a reader wants to go on: `Last-Event-ID`, which a browser sends by itself
 * when it comes back, before `?after=`. Null where the header holds no number.
 */
export function readPlace(lastEventId: string | undefined, after: number): number | null {
  if (lastEventId === undefined || lastEventId === "") {
    return after;
  }
  return /^\d{1,15}$/.test(lastEventId) ? Number(lastEventId) : null;
}

function frameOf({ id, data }: WireEvent): string {
  return `id: ${id}\ndata: ${JSON.stringify(data)}\n\n`;
}
