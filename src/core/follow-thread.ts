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
import type { ThreadNews, ThreadPlace } from "../runs/object/protocol";
import { databaseOf } from "../store/sql/databases";
import type { ThreadAddress } from "../store/threads/thread-tail";
import { getThread } from "../store/threads/threads";
import { loadDefinitionOfRun } from "../store/tools/tool-versions";
import type { CoreContext } from "./context";
import { disclosureTo } from "./run-view";

/** See `ThreadNews` and, for the last of all, `Idle`. */
export type DisclosedNews =
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
): AsyncGenerator<Batch<DisclosedNews>> {
  const disclosures = new Disclosures(caller, core);
  for await (const batch of followObject(core.env, thread, from, signal)) {
    const disclosed: Batch<DisclosedNews> = [];
    for (const news of batch) {
      disclosed.push(news !== null && "event" in news ? await disclosures.disclose(news) : news);
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

  async disclose(news: Extract<ThreadNews, { event: unknown }>): Promise<DisclosedNews> {
    if (this.#caller.kind === "token" && news.runId !== this.#runId) {
      const { env } = this.#core;
      const version = await loadDefinitionOfRun(
        databaseOf(env, this.#caller),
        this.#caller.projectId,
        news.runId,
      );
      this.#to = disclosureTo(this.#caller, this.#core, version);
      this.#runId = news.runId;
    }
    return { ...news, event: discloseEvent(this.#to, news.event) };
  }
}
