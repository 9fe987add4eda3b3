/** A run as the events of this dialect's stream, numbered from 1 for one reader's settings. */
import type { CoreContext } from "../../core/context";
import { rereadRun, listenToRun } from "../../core/runs";
import type { StartedRun } from "../../core/start-run";
import type { DisclosedEvent } from "../../domain/access/disclosure";
import { answerIdOf } from "../../domain/ids";
import type { Message } from "../../domain/message";
import type { PendingCall } from "../../domain/run";
import type { WireEvent } from "../shared/reply/event-stream";
import type { Chunk, StreamSettings } from "./encoder/chunks";
import { type EndedRun, RunEncoder } from "./encoder/run-encoder";
import type { LinkedFiles } from "./linked-files";
import { fileChunks, presentMessages } from "./present";

export interface StreamOptions {
  settings: StreamSettings;
  /** The last chunk that the reader has. */
  after: number;
  /** Messages that came with the turn and were not read. */
  passedOver: number;
  /** Addresses of the files that a message names. */
  linkFiles: (messages: readonly Message[]) => Promise<LinkedFiles>;
  /** What the run answers, where the page may not have it. */
  asked?: Message | null;
  /** Calls that the page has answered: what is told begins behind the wait that had them. */
  behind?: ReadonlySet<string>;
}

const DONE: WireEvent = { data: "[DONE]" };

/** From the run's first chunk on, and live to the end of the reply; null is a keep-alive. */
export async function* streamRun(
  core: CoreContext,
  run: StartedRun,
  { settings, after, passedOver, linkFiles, asked = null, behind = NONE }: StreamOptions,
  signal: AbortSignal,
): AsyncGenerator<(WireEvent | null)[]> {
  const answerId = answerIdOf(run.run.id);
  const encoder = new RunEncoder({ run: run.run, answers: run.answers, answerId }, settings);
  let n = 0;
  const tail = new Tail(behind);
  const numbered = (chunks: readonly Chunk[]): WireEvent[] =>
    chunks
      .map((data) => ({ id: (n += 1), data }))
      .filter(({ id, data }) => id > after && tail.isSent(data));
  const chunksOf = async (event: DisclosedEvent): Promise<Chunk[]> => {
    const chunks = await encode(core, run, encoder, event);
    return event.type === "message-add"
      ? [...chunks, ...fileChunks(event.message, await linkFiles([event.message]))]
      : chunks;
  };
  if (asked !== null) {
    const shown = presentMessages(
      [{ message: asked, run: null }],
      settings,
      await linkFiles([asked]),
    );
    yield shown.map((data) => ({ data: askedChunk(data) }));
  }
  yield behind.size === 0
    ? numbered(encoder.accepted(passedOver))
    : [...encoder.accepted(passedOver), encoder.start()].map((data) => ({ data }));
  n = 1;
  const { events } = await listenToRun(core, run, { after: 0, weights: {} }, signal);
  for await (const batch of events) {
    const wired: (WireEvent | null)[] = [];
    for (const event of batch) {
      if (!encoder.isDone) {
        wired.push(...(event === null ? [null] : numbered(await chunksOf(event))));
        tail.hear(event);
      }
    }
    yield wired;
    if (encoder.isDone) {
      break;
    }
  }
  yield [DONE];
}

const NONE: ReadonlySet<string> = new Set();

/** Of no number: a page that has waited begins with it, whatever its place. */
function askedChunk(data: object): Chunk {
  return { type: "data-bobbin-message", data, transient: true };
}

/** What of a stream follows the page's answers: the message that it goes on has all before. */
class Tail {
  readonly #answered: ReadonlySet<string>;
  #isBehind: boolean;
  /** The step in which the page was asked is open still. */
  #isInStep = true;

  constructor(answered: ReadonlySet<string>) {
    this.#answered = answered;
    this.#isBehind = answered.size === 0;
    this.#isInStep = !this.#isBehind;
  }

  hear(event: DisclosedEvent | null): void {
    if (event?.type === "run-wait") {
      this.#isBehind ||= event.calls.some(({ callId }) => this.#answered.has(callId));
    }
  }

  isSent(chunk: Chunk): boolean {
    const isEnd = chunk.type === "finish-step" && this.#isInStep;
    if (this.#isBehind && (isEnd || chunk.type === "start-step")) {
      this.#isInStep = false;
    }
    const isOwn = "toolCallId" in chunk && this.#answered.has(chunk.toolCallId);
    return this.#isBehind && !isEnd && !isOwn;
  }
}

async function encode(
  core: CoreContext,
  run: StartedRun,
  encoder: RunEncoder,
  event: DisclosedEvent,
): Promise<Chunk[]> {
  if (event.type === "run-wait") {
    return encoder.encodeWait(event, !(await waitsFor(core, run, event.calls)));
  }
  return event.type === "run-end"
    ? encoder.encodeEnd(event, await endOf(core, run))
    : encoder.encode(event);
}

/** A journal has waits that are over. */
async function waitsFor(
  core: CoreContext,
  run: StartedRun,
  calls: readonly PendingCall[],
): Promise<boolean> {
  const now = await rereadRun(core, run);
  const open = now.ok && now.value.status === "requires_action" ? now.value.pendingCalls : [];
  return calls.some(({ callId }) => open.some((call) => call.callId === callId));
}

async function endOf(core: CoreContext, run: StartedRun): Promise<EndedRun> {
  const ended = await rereadRun(core, run);
  if (!ended.ok) {
    return { durationMs: null, usage: null };
  }
  const { startedAtMs, endedAtMs, usage } = ended.value;
  return {
    durationMs: startedAtMs === null || endedAtMs === null ? null : endedAtMs - startedAtMs,
    usage: run.to === "all" ? usage : null,
  };
}
