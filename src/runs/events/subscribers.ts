/**
 * Those who listen. A reader is a place in a source and nothing more: what it has not taken yet lies
 * in the journal, not in memory, so that any number may listen and a slow one costs no more than a
 * fast one. Readers of the same place share one query.
 */
import { STREAM } from "../../limits";
import type { Clock } from "../object/clock";

/** What readers read: text lines behind a place, and the place after them. */
export interface LineSource<Place> {
  /** The next lines; empty where nothing has come yet. */
  read(place: Place): Chunk<Place> | Promise<Chunk<Place>>;
}

export interface Chunk<Place> {
  bytes: Uint8Array;
  next: Place;
  ended: boolean;
}

type Wake = "news" | "keep-alive" | "closed";

interface Listener {
  /** Resolves the wait of a reader that has taken everything; null while it is busy taking. */
  wake: ((why: Wake) => void) | null;
  /** Bytes told since it last took something. */
  untakenBytes: number;
  drop(error: Error): void;
}

export interface SubscriberHooks {
  /** Called before each keep-alive. */
  onKeepAlive?: () => void;
  /** The last reader has gone. */
  onDeserted?: () => void;
}

const KEEP_ALIVE = new TextEncoder().encode("\n");

export class Subscribers {
  /** Memory: open streams end with the object, and their readers come back. */
  readonly #listeners = new Set<Listener>();
  readonly #clock: Clock;
  readonly #on: SubscriberHooks;
  #callOffKeepAlive: (() => void) | null = null;
  #notifications = 0;

  constructor(clock: Clock, on: SubscriberHooks = {}) {
    this.#clock = clock;
    this.#on = on;
  }

  get count(): number {
    return this.#listeners.size;
  }

  /** NDJSON from this place on, live after what is there; an empty line is a keep-alive. */
  open<Place>(source: LineSource<Place>, place: Place): ReadableStream<Uint8Array> {
    const listener: Listener = { wake: null, untakenBytes: 0, drop: () => {} };
    let at = place;
    return new ReadableStream({
      type: "bytes",
      start: (controller) => {
        listener.drop = (error) => {
          this.#unsubscribe(listener);
          controller.error(error);
        };
        this.#subscribe(listener);
      },
      pull: async (controller) => {
        try {
          at = await this.#take(source, at, listener, controller);
        } catch (error) {
          this.#unsubscribe(listener);
          throw error;
        }
      },
      cancel: () => this.#unsubscribe(listener),
    });
  }

  /** Hands over what comes next, be it a keep-alive; returns the place behind it. */
  async #take<Place>(
    source: LineSource<Place>,
    place: Place,
    listener: Listener,
    controller: ReadableByteStreamController,
  ): Promise<Place> {
    listener.untakenBytes = 0;
    for (let why: Wake = "news"; why === "news";) {
      const seen = this.#notifications;
      const { bytes, next, ended } = await source.read(place);
      if (bytes.byteLength > 0) {
        controller.enqueue(bytes.slice());
      }
      if (ended) {
        this.#unsubscribe(listener);
        closeBytes(controller);
      }
      if (ended || bytes.byteLength > 0) {
        return next;
      }
      why = await this.#untilNotified(listener, seen);
      if (why === "closed") {
        closeBytes(controller);
      } else if (why === "keep-alive") {
        controller.enqueue(KEEP_ALIVE.slice());
      }
    }
    return place;
  }

  /** There is news of about this many bytes. A reader that leaves too much untaken is dropped. */
  notify(bytes: number): void {
    this.#notifications += 1;
    for (const listener of this.#listeners) {
      if (listener.wake !== null) {
        this.#wake(listener, "news");
        continue;
      }
      listener.untakenBytes += bytes;
      if (listener.untakenBytes > STREAM.readerMaxLagBytes) {
        listener.drop(new Error("reader too slow: come back with the last id"));
      }
    }
  }

  /** Ends all streams where they stand. */
  closeAll(): void {
    for (const listener of this.#listeners) {
      this.#wake(listener, "closed");
      this.#unsubscribe(listener);
    }
  }

  /** Resolves when there is news: at once where `notify` was called since the reader began to look. */
  #untilNotified(listener: Listener, seen: number): Promise<Wake> {
    if (!this.#listeners.has(listener)) {
      return Promise.resolve("closed");
    }
    if (this.#notifications !== seen) {
      return Promise.resolve("news");
    }
    return new Promise((resolve) => {
      listener.wake = resolve;
    });
  }

  #wake(listener: Listener, why: Wake): void {
    const { wake } = listener;
    listener.wake = null;
    wake?.(why);
  }

  #subscribe(listener: Listener): void {
    this.#listeners.add(listener);
    if (this.#callOffKeepAlive === null) {
      this.#scheduleKeepAlive();
    }
  }

  #unsubscribe(listener: Listener): void {
    if (!this.#listeners.delete(listener)) {
      return;
    }
    this.#wake(listener, "closed");
    if (this.#listeners.size === 0) {
      this.#callOffKeepAlive?.();
      this.#callOffKeepAlive = null;
      this.#on.onDeserted?.();
    }
  }

  /** Writing is also the only way to learn that a reader has gone. */
  #scheduleKeepAlive(): void {
    this.#callOffKeepAlive = this.#clock.after(STREAM.keepAliveMs, () => {
      this.#on.onKeepAlive?.();
      for (const listener of this.#listeners) {
        this.#wake(listener, "keep-alive");
      }
      this.#scheduleKeepAlive();
    });
  }
}

/** With a read pending, a byte stream closes only once that is answered too. */
function closeBytes(controller: ReadableByteStreamController): void {
  controller.close();
  controller.byobRequest?.respond(0);
}
