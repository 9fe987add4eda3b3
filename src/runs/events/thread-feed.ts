/**
 * What happens on a thread, told to all who follow it: its messages, whoever wrote them, and the
 * events of its runs. Messages are read from D1 in the order of their insertion, events from the
 * journal; each has its own place in a follower's cursor, so that each comes once. A message that a
 * run wrote, or was asked, comes before the event that speaks of it.
 */
import type { Message } from "../../domain/message";
import { STREAM, THREAD_FEED } from "../../limits";
import type { TailMessage, TailPage } from "../../store/threads/thread-tail";
import type { Clock } from "../object/clock";
import type { ThreadPlace } from "../object/protocol";
import type { Journal } from "./journal";
import type { JournalEntry } from "./journal-rows";
import { understoodLines } from "./older-readers";
import { type Chunk, type LineSource, Subscribers } from "./subscribers";

/** The thread in D1. */
export interface ThreadTail {
  read(page: TailPage): Promise<TailMessage[]>;
  /** Lets writers know until when to tell of their messages; false where there is no such thread. */
  noteFollowed(untilMs: number): Promise<boolean>;
}

export interface ThreadFeedParts {
  journal: Journal;
  clock: Clock;
  tail: ThreadTail;
  report: (message: string, error: unknown) => void;
  /** The last follower has gone. */
  onDeserted: () => void;
}

const encoder = new TextEncoder();

export class ThreadFeed implements LineSource<ThreadPlace> {
  readonly #parts: ThreadFeedParts;
  readonly #followers: Subscribers;
  /** Memory: what lay behind a message when somebody last looked; forgotten with each news of messages. */
  readonly #tails = new Map<number, Promise<TailMessage[]>>();
  /** Memory: how far the journal may be told. */
  #durableOffset: number;
  /** Memory: the lease that D1 has; followers that come back after a crash renew it. */
  #followedUntilMs = 0;

  constructor(parts: ThreadFeedParts, durableOffset: number) {
    this.#parts = parts;
    this.#durableOffset = durableOffset;
    this.#followers = new Subscribers(parts.clock, {
      onKeepAlive: () => this.#keepUp(),
      onDeserted: parts.onDeserted,
    });
  }

  get count(): number {
    return this.#followers.count;
  }

  /**
   * NDJSON of `ThreadNews` behind this place; null where there is no such thread.
   * @param how `tellsStart`: whether the first line is the place itself; for `vocabulary` see `VOCABULARY`.
   */
  async follow(
    place: ThreadPlace,
    { tellsStart, vocabulary }: { tellsStart: boolean; vocabulary?: number | undefined },
  ): Promise<ReadableStream<Uint8Array> | null> {
    // First the lease, then the look: a message written in between is seen or told of, or both.
    if (!(await this.#renewLease())) {
      return null;
    }
    this.#tails.clear();
    const source = tellsStart ? this.#fromItsStart() : this;
    return this.#followers.open(understoodLines(source, vocabulary), place);
  }

  /** The journal may be told up to here. */
  advance(n: number, chars: number): void {
    if (this.#parts.journal.lastBarrierOffset > this.#durableOffset) {
      this.#tails.clear();
    }
    this.#durableOffset = n;
    this.#followers.notify(chars);
  }

  /** Messages may have come. */
  notifyMessages(): void {
    this.#tails.clear();
    this.#followers.notify(0);
  }

  close(): void {
    this.#followers.closeAll();
  }

  async read(place: ThreadPlace): Promise<Chunk<ThreadPlace>> {
    const { journal } = this.#parts;
    const entries = journal.entries(place.event, this.#durableOffset, STREAM.replayChunkChars);
    const [first] = entries;
    const messageBarrier = first === undefined ? Infinity : (first.messageBarrier ?? 0);
    if (messageBarrier > place.message) {
      const tail = await this.#tailBehind(place.message);
      const due = untilFirst(
        tail,
        ({ n, message }) =>
          n > messageBarrier || (first === undefined && this.#isAhead(message, place)),
      );
      if (due.length > 0) {
        return chunkOfMessages(due, place);
      }
    }
    // Up to the next event that messages come before.
    const gate = entries.findIndex(({ messageBarrier: to }, index) => index > 0 && to !== null);
    return chunkOfEvents(gate < 0 ? entries : entries.slice(0, gate), place);
  }

  #fromItsStart(): LineSource<ThreadPlace> {
    let isSent = false;
    return {
      read: (place) => {
        if (isSent) {
          return this.read(place);
        }
        isSent = true;
        const bytes = encoder.encode(`${JSON.stringify({ place, start: true })}\n`);
        return { bytes, next: place, ended: false };
      },
    };
  }

  /** Whether D1 has the message before this follower has heard its run tell of it: it comes with that. */
  #isAhead({ writtenBy }: Message, place: ThreadPlace): boolean {
    return writtenBy !== null && this.#parts.journal.endOf(writtenBy.runId) > place.event;
  }

  #tailBehind(message: number): Promise<TailMessage[]> {
    const known = this.#tails.get(message);
    if (known !== undefined) {
      return known;
    }
    const tail = this.#parts.tail.read({
      after: message,
      limit: THREAD_FEED.messagesAtOnce,
      maxBytes: THREAD_FEED.bytesAtOnce,
    });
    this.#tails.set(message, tail);
    tail.catch(() => this.#tails.delete(message));
    return tail;
  }

  /** With a renewed lease D1 is asked anew: a writer may have died between its write and its notice. */
  #keepUp(): void {
    if (this.#isLeased()) {
      return;
    }
    this.#tails.clear();
    this.#renewLease().catch((error: unknown) => {
      this.#parts.report("the lease of a followed thread could not be renewed", error);
    });
  }

  #isLeased(): boolean {
    return this.#followedUntilMs - this.#parts.clock.now() > THREAD_FEED.leaseMs / 2;
  }

  async #renewLease(): Promise<boolean> {
    if (this.#isLeased()) {
      return true;
    }
    const untilMs = this.#parts.clock.now() + THREAD_FEED.leaseMs;
    const isThere = await this.#parts.tail.noteFollowed(untilMs);
    this.#followedUntilMs = isThere ? untilMs : 0;
    return isThere;
  }
}

function untilFirst<T>(items: readonly T[], stop: (item: T) => boolean): readonly T[] {
  const end = items.findIndex(stop);
  return end < 0 ? items : items.slice(0, end);
}

function chunkOfMessages(tail: readonly TailMessage[], place: ThreadPlace): Chunk<ThreadPlace> {
  let next = place;
  let text = "";
  for (const { n, message } of tail) {
    next = { message: n, event: place.event };
    text += `${JSON.stringify({ place: next, message })}\n`;
  }
  return { bytes: encoder.encode(text), next, ended: false };
}

function chunkOfEvents(entries: readonly JournalEntry[], place: ThreadPlace): Chunk<ThreadPlace> {
  let next = place;
  let text = "";
  for (const { startOffset, lastOffset, runId, seq, body } of entries) {
    next = { message: place.message, event: lastOffset };
    const head = JSON.stringify({ place: next, row: startOffset, runId, seq });
    text += `${head.slice(0, -1)},"event":${body}}\n`;
  }
  return { bytes: encoder.encode(text), next, ended: false };
}
