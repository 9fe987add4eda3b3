/** Server-sent events: what the browser's EventSource and every SSE client read. */

import { RETRY, STREAM } from "../../../limits";
import { refuse } from "./fail";

export interface WireEvent {
  /** What a reader that comes back names as the last one it has seen. */
  id: number | string;
  /** Sent as JSON. */
  data: object;
}

const encoder = new TextEncoder();
const KEEP_ALIVE = ": keep-alive\n\n";

/**
 * A streamed reply of these events, which come in batches; null is a keep-alive. The next batch is
 * asked for only when the reader has room for it: the later it is, the more it gets at a time. A
 * reader that goes away aborts `listening`.
 */
export function streamEvents(
  batches: AsyncGenerator<(WireEvent | null)[]>,
  listening: AbortController,
): Response {
  const frames = mapEach(batches, (batch) =>
    encoder.encode(batch.map((event) => (event === null ? KEEP_ALIVE : frameOf(event))).join("")),
  );
  return new Response(pullFrom(frames, listening), {
    headers: {
      "Content-Type": "text/event-stream",
      // A compressing proxy would hold events back.
      "Cache-Control": "no-cache, no-transform",
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
  const onClose = (): void => {
    openStreams -= 1;
  };
  listening.signal.addEventListener("abort", onClose, { once: true });
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          const { done, value } = await nextFilled(source);
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

/** A stream does not ask again after a pull that gave it nothing. */
async function nextFilled(
  source: AsyncGenerator<Uint8Array>,
): Promise<IteratorResult<Uint8Array, unknown>> {
  for (;;) {
    const next = await source.next();
    if (next.done === true || next.value.byteLength > 0) {
      return next;
    }
  }
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
