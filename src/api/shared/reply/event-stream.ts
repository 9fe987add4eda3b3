/** Server-sent events: what the browser's EventSource and every SSE client read. */

import type { Context } from "hono";

import { STREAM } from "../../../limits";
import { log } from "../../../observability/log";
import { whileAdmitted } from "../access/while-admitted";
import type { AppEnv } from "../app-env";
import { ApiError, unwrap } from "./fail";
import { OpeningLines } from "./opening-lines";
import { type Slot, StreamSlots } from "./stream-slots";

/** One server-sent event. */
export interface WireEvent {
  /** What a reader that comes back names as the last one it has seen; absent: as before. */
  id?: number | string;
  /** Sent as JSON, a string as it is; absent where there is nothing to hear. */
  data?: object | string;
  /** When a reader whose connection ends is to come back. */
  retryMs?: number;
}

const encoder = new TextEncoder();
const KEEP_ALIVE = ": keep-alive\n\n";

/** Memory of this isolate. */
let slots: StreamSlots | undefined;
const openings = new OpeningLines();

/** @param atOnce `STREAMS_AT_ONCE`; unset, or no number above 0: `STREAM.slots`. */
function streamSlots({ STREAMS_AT_ONCE: atOnce }: Env): StreamSlots {
  const { total, perProject, perEndUser } = STREAM.slots;
  const most = Number(atOnce) > 0 ? Number(atOnce) : total;
  slots ??= new StreamSlots("streams", {
    total: most,
    perProject: Math.min(most, perProject),
    perEndUser,
  });
  return slots;
}

const EVENT_STREAM = {
  "Content-Type": "text/event-stream",
  // A compressing proxy would hold events back.
  "Cache-Control": "no-cache, no-transform",
  "Content-Encoding": "identity",
  "X-Accel-Buffering": "no",
};

/**
 * A streamed reply of the events that `open` finds, which come in batches; null is a keep-alive. The
 * next batch is asked for only when the reader has room for it: the later it is, the more it gets at
 * a time.
 */
export function streamEvents(
  c: Context<AppEnv>,
  open: (signal: AbortSignal) => Promise<AsyncGenerator<(WireEvent | null)[]>>,
  headers: Record<string, string> = {},
): Promise<Response> {
  return streamReply(c, { ...EVENT_STREAM, ...headers }, async (signal) =>
    mapEach(await inTurn(c, () => open(signal)), (batch) =>
      encoder.encode(batch.map((event) => (event === null ? KEEP_ALIVE : frameOf(event))).join("")),
    ),
  );
}

/** Opens what is to be streamed in the caller's turn: before it waits for anybody's first word. */
export function inTurn<Result>(
  c: Context<AppEnv>,
  open: () => Promise<Result>,
  lastsMs?: number,
): Promise<Result> {
  return openings.inTurn(c.var.caller, open, lastsMs);
}

/** Whether the caller has others before it in `inTurn`. */
export function isInLine(c: Context<AppEnv>): boolean {
  return openings.isFull(c.var.caller);
}

/**
 * A reply that is sent while it is made. It takes a slot, and gives it back when the source ends or
 * breaks, when the reader leaves or its credential is good no more, and where `open` throws. A HEAD
 * opens nothing.
 * @param open Finds the source; its signal aborts when nobody listens any more.
 */
export async function streamReply(
  c: Context<AppEnv>,
  headers: Record<string, string>,
  open: (signal: AbortSignal) => Promise<AsyncGenerator<Uint8Array>>,
  from: StreamSlots = streamSlots(c.env),
): Promise<Response> {
  if (c.req.method === "HEAD") {
    return new Response(null, { headers });
  }
  const slot = unwrap(from.take(c.var.caller));
  const listening = new AbortController();
  listening.signal.addEventListener("abort", () => slot.release(), { once: true });
  const leave = (): void => listening.abort();
  c.req.raw.signal.addEventListener("abort", leave, { once: true });
  if (c.req.raw.signal.aborted) {
    leave();
  }
  try {
    const source = whileAdmitted(c, await open(listening.signal));
    return new Response(pullFrom(source, slot, leave), { headers });
  } catch (error) {
    leave();
    throw error;
  }
}

/**
 * Waits in the caller's place among the streams: who holds requests open is one who follows. Before a
 * reply begins nobody is told that its client has left, so that a wait gives way: where the caller's
 * places are taken, the oldest wait is over early, as if its time were up.
 */
export async function whileWaiting<Result>(
  c: Context<AppEnv>,
  wait: (signal: AbortSignal) => Promise<Result>,
  from: StreamSlots = streamSlots(c.env),
): Promise<Result> {
  const over = new AbortController();
  const slot = unwrap(from.take(c.var.caller, () => over.abort()));
  try {
    return await wait(AbortSignal.any([c.req.raw.signal, over.signal]));
  } finally {
    slot.release();
  }
}

/** A byte stream that asks the source for the next chunk when its reader has room for it. */
function pullFrom(
  source: AsyncGenerator<Uint8Array>,
  slot: Slot,
  leave: () => void,
): ReadableStream<Uint8Array> {
  return new ReadableStream(
    {
      async pull(controller) {
        slot.touch();
        try {
          const { done, value } = await nextFilled(source);
          if (done === true) {
            leave();
            controller.close();
          } else {
            controller.enqueue(value);
          }
        } catch (error) {
          leave();
          controller.error(cutOff(error));
        }
      },
      cancel: leave,
    },
    { highWaterMark: 0 },
  );
}

/**
 * What breaks a reply off, so that nobody takes its beginning for the whole. A run that fails is no
 * exception of the Worker: as `retryable` the runtime takes it for a connection that was cut, and does
 * not report it. Any other error is one for the operator.
 */
function cutOff(error: unknown): Error {
  if (!(error instanceof ApiError)) {
    log.error("a streamed reply broke off", {
      error: error instanceof Error ? error : typeof error,
    });
  }
  return Object.assign(new Error("The reply broke off."), { retryable: true });
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

/** Each item mapped as it comes. */
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

function frameOf({ id, data, retryMs }: WireEvent): string {
  const lines = [
    ...(id === undefined ? [] : [`id: ${id}`]),
    ...(retryMs === undefined ? [] : [`retry: ${retryMs}`]),
    ...(data === undefined
      ? []
      : [`data: ${typeof data === "string" ? data : JSON.stringify(data)}`]),
  ];
  return `${lines.join("\n")}\n\n`;
}
