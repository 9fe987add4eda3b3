/**
 * A client as a patient user writes it: it sends a request again, under the same Idempotency-Key,
 * until it has an answer.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";

import { DEMO } from "../../scripts/local/demo-project.ts";
import type { KilledServer } from "./killed-server.ts";

/** Told to come back later; everything else that is not 200 is an answer nobody should get here. */
const COME_BACK = new Set([409, 429, 503]);
const MAX_PAUSE_MS = 1000;
/** A reply that takes longer is asked for again: a blocking run on a busy machine takes seconds. */
const REPLY_WITHIN_MS = 90_000;

export interface Call {
  method?: "GET" | "POST" | "DELETE";
  path: string;
  body?: object;
  headers?: Record<string, string>;
}

export class StubbornClient {
  /** Requests that were sent again. */
  retries = 0;
  readonly #server: KilledServer;
  readonly #givenUp: AbortSignal;

  /** @param givenUp Aborts when the round's time is over: whatever still waits has then no answer. */
  constructor(server: KilledServer, givenUp: AbortSignal) {
    this.#server = server;
    this.#givenUp = givenUp;
  }

  /** The JSON of the reply. */
  async json(call: Call): Promise<unknown> {
    return this.#untilAnswered(call, REPLY_WITHIN_MS, (response) => response.json());
  }

  /** A reply whose body is read as it comes, and may break off. */
  async open(call: Call): Promise<Response> {
    return this.#untilAnswered(call, null, (response) => Promise.resolve(response));
  }

  async #untilAnswered<T>(
    call: Call,
    withinMs: number | null,
    read: (response: Response) => Promise<T>,
  ): Promise<T> {
    const request = this.#requestFor(call);
    for (let tries = 0; ; tries += 1) {
      await this.#pauseBefore(tries);
      const response = await this.#send(call, request, withinMs);
      if (response?.status === 200) {
        const answer = await read(response).catch(() => null);
        if (answer !== null) {
          return answer;
        }
      } else if (response !== null && !COME_BACK.has(response.status)) {
        throw new Error(`${call.path}: ${response.status} ${await response.text()}`);
      }
    }
  }

  /** Null where the connection broke or nothing came. */
  async #send(
    { path }: Call,
    request: RequestInit,
    withinMs: number | null,
  ): Promise<Response | null> {
    const signals = [this.#givenUp, ...(withinMs === null ? [] : [AbortSignal.timeout(withinMs)])];
    try {
      const signal = AbortSignal.any(signals);
      return await fetch(`${this.#server.url}/api/sdk${path}`, { ...request, signal });
    } catch {
      this.#givenUp.throwIfAborted();
      return null;
    }
  }

  async #pauseBefore(tries: number): Promise<void> {
    if (tries > 0) {
      this.retries += 1;
      await pause(Math.min(20 * 2 ** tries, MAX_PAUSE_MS));
    }
    await Promise.race([this.#server.whenUp(), aborted(this.#givenUp)]);
    this.#givenUp.throwIfAborted();
  }

  #requestFor({ method = "GET", body, headers }: Call): RequestInit {
    const common = { Authorization: `Bearer ${DEMO.key}`, ...headers };
    return method === "POST"
      ? {
          method,
          headers: {
            "Content-Type": "application/json",
            "Idempotency-Key": randomUUID(),
            ...common,
          },
          body: JSON.stringify(body ?? {}),
        }
      : { method, headers: common };
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
