/** Follows a thread's messages and runs; each event is cut to what the follower may see. */
import { type Caller, scopeOf } from "../domain/access/caller";
import { type Disclosure, type DisclosedEvent, discloseEvent } from "../domain/access/disclosure";
import { type Outcome, success } from "../domain/failure";
import type { Message } from "../domain/message";
import type { Batch } from "../runs/client/resume-stream";
import {
  type FollowStart,
  type Idle,
  followThread as followObject,
} from "../runs/client/thread-client";
import type { ThreadItem, ThreadPlace } from "../runs/object/protocol";
import { databaseOf } from "../store/sql/databases";
import type { ThreadAddress } from "../store/threads/thread-tail";
import { getThread } from "../store/threads/threads";
import { loadDefinitionOfRun } from "../store/tools/tool-versions";
import type { CoreContext } from "./context";
import { disclosureTo } from "./run-view";

/** See `ThreadNews` and, for the last of all, `Idle`. */
export type DisclosedItem =
  | Idle
  | ({ place: ThreadPlace } & (
      | { message: Message }
      | { row: number; runId: string; seq: number; event: DisclosedEvent }
      | { start: true }
    ));

/** Where the thread is, if the caller sees it. */
export async function findThread(
  caller: Caller,
  { env }: Pick<CoreContext, "env">,
  threadId: string,
): Promise<Outcome<ThreadAddress>> {
  const thread = await getThread(databaseOf(env, caller), scopeOf(caller), threadId);
  return thread.ok ? success({ projectId: thread.value.projectId, threadId }) : thread;
}

/** @param thread What `findThread` found for this very caller. */
export async function* followThread(
  caller: Caller,
  core: CoreContext,
  thread: ThreadAddress,
  from: FollowStart,
  signal: AbortSignal,
): AsyncGenerator<Batch<DisclosedItem>> {
  const disclosures = new Disclosures(caller, core);
  for await (const batch of followObject(core.env, thread, from, signal)) {
    const disclosed: Batch<DisclosedItem> = [];
    for (const item of batch) {
      disclosed.push(item !== null && "event" in item ? await disclosures.disclose(item) : item);
    }
    yield disclosed;
  }
}

/** The disclosure of the run at work; a thread's runs follow one another. */
class Disclosures {
  readonly #caller: Caller;
  readonly #core: CoreContext;
  #runId = "";
  #to: Disclosure = "all";

  constructor(caller: Caller, core: CoreContext) {
    this.#caller = caller;
    this.#core = core;
  }

  async disclose(item: Extract<ThreadItem, { event: unknown }>): Promise<DisclosedItem> {
    if (this.#caller.kind === "token" && item.runId !== this.#runId) {
      const { env } = this.#core;
      const version = await loadDefinitionOfRun(
        databaseOf(env, this.#caller),
        this.#caller.projectId,
        item.runId,
      );
      this.#to = disclosureTo(this.#caller, this.#core, version);
      this.#runId = item.runId;
    }
    return { ...item, event: discloseEvent(this.#to, item.event) };
  }
}
