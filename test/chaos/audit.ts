/** After the last restart: every promise held against what the API says now. */
import * as z from "zod";

import type { EffectLedger } from "./effect-ledger.ts";
import type { Death } from "./killed-server.ts";
import type { FinishedRun, RunDriver } from "./run-driver.ts";
import { RunStory } from "./run-story.ts";
import type { StubbornClient } from "./stubborn-client.ts";
import type { ThreadActor } from "./thread-actor.ts";
import type { Violations } from "./violations.ts";

const Messages = z.object({
  list: z.array(
    z.object({
      id: z.string(),
      role: z.string(),
      content: z.string(),
      run_id: z.string().optional(),
    }),
  ),
});
type Message = z.output<typeof Messages>["list"][number];

const PAGE_ITEMS = 100;
/** A run that was cut off twice, the second time alone in its isolate, is taken for the cause. */
const DEATHS_OF_A_CAUSE = 2;
/** A run may end so where someone stopped it, or later runs took its turn. */
const STOPPED = new Set(["cancelled", "interrupted"]);

export interface AuditParts {
  client: StubbornClient;
  driver: RunDriver;
  ledger: EffectLedger;
  deaths: readonly Death[];
  violations: Violations;
}

export interface Tally {
  runs: number;
  succeeded: number;
  stopped: number;
  /** Cut off by kills in the same action as often as the rule allows. */
  givenUp: number;
  messages: number;
  events: number;
  resets: number;
  /** Effects that were under way at a kill and sent again under the same key. */
  effectsRepeated: number;
}

export class Audit {
  readonly tally: Tally = {
    runs: 0,
    succeeded: 0,
    stopped: 0,
    givenUp: 0,
    messages: 0,
    events: 0,
    resets: 0,
    effectsRepeated: 0,
  };
  readonly #parts: AuditParts;

  constructor(parts: AuditParts) {
    this.#parts = parts;
  }

  async thread(actor: Pick<ThreadActor, "threadId" | "stories" | "written">): Promise<void> {
    const messages = await this.#messagesOf(actor.threadId);
    this.tally.messages += messages.length;
    const asked = messages.filter(({ role }) => role === "user").map(({ content }) => content);
    this.#compareTexts(actor.threadId, actor.written, asked);
    const runIds = new Set(actor.stories.map(({ runId }) => runId));
    for (const { id, role, run_id: runId } of messages) {
      if (role !== "user" && !runIds.has(runId ?? null)) {
        this.#violate("wrong", `message ${id} is of no run of its thread`);
      }
    }
    for (const story of actor.stories) {
      await this.#story(story, messages);
    }
  }

  async #story(story: RunStory, messages: readonly Message[]): Promise<void> {
    const { runId } = story;
    this.tally.runs += 1;
    if (runId === null) {
      this.#violate("lost", `a run of thread ${story.plan.threadId} has never told its id`);
      return;
    }
    const run = await this.#parts.driver.read(runId);
    await this.#replay(story);
    this.tally.events += story.events.length;
    this.tally.resets += story.resets();
    this.#effects(story, run);
    this.#ending(story, run, messages);
  }

  /** A fresh reader hears the same once more, from the first event to the last. */
  async #replay(story: RunStory): Promise<void> {
    const replayed = new RunStory(story.plan, this.#parts.violations);
    replayed.name(story.runId ?? "");
    await this.#parts.driver.follow(replayed);
    if (JSON.stringify(replayed.events) !== JSON.stringify(story.events)) {
      this.#violate("wrong", `run ${story.runId}: its replay differs from what was told live`);
    }
  }

  #ending(story: RunStory, run: FinishedRun, messages: readonly Message[]): void {
    const answers = messages.filter(({ run_id: id }) => id === story.runId);
    if (answers.length > 1) {
      this.#violate("duplicated", `run ${story.runId} has saved ${answers.length} answers`);
    }
    const [answer] = answers;
    const asked = messages.findIndex(({ content }) => content === story.plan.question);
    if (answer !== undefined && messages.indexOf(answer) < asked) {
      this.#violate("out of order", `run ${story.runId} answers before its question`);
    }
    const text = story.text();
    const keepsText = run.status.run === "succeeded" || wasStopped(run) || isGivenUp(run);
    if ((answer?.content ?? "") !== (keepsText ? text : "")) {
      const what = `run ${story.runId} (${run.status.run}): told ${JSON.stringify(text)}, kept ${JSON.stringify(answer?.content)}`;
      this.#violate(answer === undefined ? "lost" : "wrong", what);
    }
    this.#judge(story, run, text);
  }

  #judge(story: RunStory, run: FinishedRun, text: string): void {
    if (run.status.run === "succeeded") {
      this.tally.succeeded += 1;
      if (text !== story.plan.answer) {
        this.#violate("wrong", `run ${story.runId} answered ${JSON.stringify(text)}`);
      }
    } else if (run.status.run !== "errored") {
      this.#violate("stuck", `run ${story.runId} is ${run.status.run}`);
    } else if (wasStopped(run)) {
      this.tally.stopped += 1;
    } else if (this.#wasGivenUp(story, run)) {
      this.tally.givenUp += 1;
    } else {
      this.#violate("wrong", `run ${story.runId} ended with ${JSON.stringify(run.error)}`);
    }
  }

  #wasGivenUp(story: RunStory, run: FinishedRun): boolean {
    const endedAt = story.endedAt ?? Infinity;
    const kills = this.#parts.deaths.filter(
      ({ killedAt }) => killedAt > story.askedAt && killedAt < endedAt,
    );
    return isGivenUp(run) && kills.length >= DEATHS_OF_A_CAUSE;
  }

  #effects(story: RunStory, run: FinishedRun): void {
    const { effect, runId } = story;
    const seen = this.#parts.ledger.of(runId ?? "");
    this.tally.effectsRepeated += Math.max(0, seen.length - 1);
    if (effect === null) {
      return;
    }
    if (seen.some(({ at }) => at > effect.toldAt)) {
      this.#violate("duplicated", `run ${runId} did a finished action again`);
    }
    const cells = run.traces.find(([[, name]]) => name === "EFFECT")?.[1];
    const Value = z.object({ body: z.object({ serial: z.literal(effect.serial) }) });
    if (!Value.safeParse(cells?.[0]?.[0]?.value).success) {
      this.#violate("wrong", `run ${runId} told another outcome of an action than it kept`);
    }
  }

  #compareTexts(threadId: string, written: readonly string[], kept: readonly string[]): void {
    for (const text of new Set(written)) {
      const times = kept.filter((other) => other === text).length;
      if (times !== 1) {
        const what = `thread ${threadId} has ${times} times: ${text}`;
        this.#violate(times === 0 ? "lost" : "duplicated", what);
      }
    }
    for (const text of kept.filter((other) => !written.includes(other))) {
      this.#violate("wrong", `thread ${threadId} has what nobody wrote: ${text}`);
    }
    if (written.join("\n") !== kept.join("\n") && written.length === kept.length) {
      this.#violate("out of order", `thread ${threadId} has its messages in another order`);
    }
  }

  async #messagesOf(threadId: string): Promise<Message[]> {
    const all: Message[] = [];
    for (;;) {
      const after = all.length === 0 ? "" : `&after=${all.at(-1)?.id}`;
      const path = `/threads/${threadId}/messages?order=asc&limit=${PAGE_ITEMS}${after}`;
      const { list } = Messages.parse(await this.#parts.client.json({ path }));
      all.push(...list);
      if (list.length < PAGE_ITEMS) {
        return all;
      }
    }
  }

  #violate(...[promise, what]: Parameters<Violations["add"]>): void {
    this.#parts.violations.add(promise, what);
  }
}

/** Cut off twice, the second time alone: that a kill from outside did it, nobody can see. */
function isGivenUp(run: FinishedRun): boolean {
  return run.error?.code === "too_many_crashes";
}

function wasStopped(run: FinishedRun): boolean {
  return STOPPED.has(run.error?.code ?? "");
}
