/**
 * A client of Bobbin for browsers, Node and Workers: every call of `/api/sdk`, typed from the API's own
 * document, and its streams as iterators that go on where a connection broke.
 * @module
 * @example
 * const bobbin = new Bobbin({ url: "https://bobbin.example.workers.dev", credential: "sk-…" });
 * const { id } = await bobbin.call("POST /api/sdk/threads", { body: {} });
 */
import { type Arguments, type CallName, Caller, type ClientOptions, type Reply } from "./call";
import { eventsOf } from "./events";
import type { RunEvent, ThreadEvent } from "./run-event";

export { BobbinError, type Issue } from "./api-error";
export type { Arguments, CallName, CallOptions, ClientOptions, Given, Reply } from "./call";
export type { RunEvent, ThreadEvent } from "./run-event";

const RUNS = "/api/sdk/p/{project_id}/a/{tool_id}/r";

type StartBody = Exclude<Arguments<`POST ${typeof RUNS}`>[0], undefined>["body"];

/** A tool to run, and with what. */
export type RunOptions = Omit<NonNullable<StartBody>, "stream" | "blocking" | "contentOnly"> & {
  project: string;
  tool: string;
  signal?: AbortSignal;
};

/** A run that is known. */
export interface FollowOptions {
  project: string;
  tool: string;
  run: string;
  signal?: AbortSignal;
}

export class Bobbin {
  readonly #caller: Caller;

  constructor(options: ClientOptions) {
    this.#caller = new Caller(options);
  }

  /**
   * Any call, by the name that it has in `/openapi.json`.
   * @throws {BobbinError} For every answer that is no success, and where there is none.
   */
  async call<Name extends CallName>(
    name: Name,
    ...[given, options]: Arguments<Name>
  ): Promise<Reply<Name>> {
    const response = await this.#caller.send(name, given, options);
    const reply: Reply<Name> = await response.json();
    return reply;
  }

  /** As `call`, for answers that are no JSON: a file's bytes, say. */
  send<Name extends CallName>(name: Name, ...[given, options]: Arguments<Name>): Promise<Response> {
    return this.#caller.send(name, given, options);
  }

  /**
   * Starts a run and tells what happens in it to its end. Leaving the loop leaves the run alone: it
   * goes on. A connection that breaks is made again, and neither the run nor an event comes twice.
   */
  async *run({ project, tool, signal, ...body }: RunOptions): AsyncGenerator<RunEvent> {
    const path = { project_id: project, tool_id: tool };
    // A start that is sent again is the same start.
    const headers = { "Idempotency-Key": newIdempotencyKey() };
    let runId: string | null = null;
    const open = (lastId: string | null) =>
      runId === null
        ? this.#caller.send(
            `POST ${RUNS}`,
            { path, body: { ...body, stream: true } },
            { ...withSignal(signal), headers },
          )
        : this.#openRun({ project, tool, run: runId, ...withSignal(signal) }, lastId);
    for await (const event of eventsOf<RunEvent>(open, isFinal, signal)) {
      runId = event.type === "run_status" ? event.content.run_id : runId;
      yield event;
    }
  }

  /** What happens in a run: what has been told, and on as it comes, to its end. */
  followRun(options: FollowOptions): AsyncGenerator<RunEvent> {
    const open = (lastId: string | null) => this.#openRun(options, lastId);
    return eventsOf<RunEvent>(open, isFinal, options.signal);
  }

  /** A thread's messages, from the first on or behind `after`, and what its runs tell; without an end. */
  followThread(
    thread: string,
    { after, signal }: { after?: string; signal?: AbortSignal } = {},
  ): AsyncGenerator<ThreadEvent> {
    const given = { path: { thread_id: thread }, query: after === undefined ? {} : { after } };
    const open = (lastId: string | null) =>
      this.#caller.send("GET /api/sdk/threads/{thread_id}/stream", given, behind(lastId, signal));
    return eventsOf<ThreadEvent>(open, () => false, signal);
  }

  #openRun(
    { project, tool, run, signal }: FollowOptions,
    lastId: string | null,
  ): Promise<Response> {
    const path = { project_id: project, tool_id: tool, run_id: run };
    return this.#caller.send(`GET ${RUNS}/{run_id}/stream`, { path }, behind(lastId, signal));
  }
}

function isFinal({ type }: RunEvent): boolean {
  return type === "final";
}

function behind(lastId: string | null, signal: AbortSignal | undefined) {
  const headers: Record<string, string> = lastId === null ? {} : { "Last-Event-ID": lastId };
  return { headers, ...withSignal(signal) };
}

function withSignal(signal: AbortSignal | undefined): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}

/** 128 random bits; `crypto.randomUUID` is missing from pages by plain HTTP. */
function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
