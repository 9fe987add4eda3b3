/** One person at one thread: writes, asks, listens, stops, and remembers what was acknowledged. */
import { setTimeout as pause } from "node:timers/promises";

import * as z from "zod";

import type { Random } from "./random.ts";
import type { RunDriver, RunMode } from "./run-driver.ts";
import { RunStory } from "./run-story.ts";
import type { StubbornClient } from "./stubborn-client.ts";
import type { Violations } from "./violations.ts";

/** Runs that one person has under way at a time. */
const MAX_OPEN_RUNS = 3;
const WORDS = { least: 5, most: 50 } as const;
/** Before each word: answers of some milliseconds to more than a second. */
const DELAY_MS = { least: 1, most: 25 } as const;

const Made = z.object({ id: z.string() });

export interface ActorParts {
  client: StubbornClient;
  driver: RunDriver;
  violations: Violations;
  random: Random;
}

export class ThreadActor {
  /** What this person wrote, in order, each acknowledged. */
  readonly written: string[] = [];
  readonly stories: RunStory[] = [];
  threadId = "";
  readonly #name: string;
  readonly #parts: ActorParts;
  readonly #open = new Set<Promise<void>>();

  constructor(name: string, parts: ActorParts) {
    this.#name = name;
    this.#parts = parts;
  }

  /** Acts until it is told to stop, and then until all its runs have ended. */
  async act(stop: AbortSignal): Promise<void> {
    const { client, random } = this.#parts;
    const reply = await client.json({ method: "POST", path: "/threads", body: {} });
    this.threadId = Made.parse(reply).id;
    while (!stop.aborted) {
      if (random.chance(0.35)) {
        await this.#write();
      } else {
        await this.#run();
      }
      await pause(random.between(0, 300));
    }
    await this.drain();
  }

  /** A run on the same thread once all is over: the thread takes it, and it succeeds. */
  async runOnceMore(): Promise<void> {
    await this.#start("blocking", "queue");
    await this.drain();
  }

  async drain(): Promise<void> {
    await Promise.all(this.#open);
  }

  async #write(): Promise<void> {
    const content = this.#text("message", 12);
    await this.#parts.client.json({
      method: "POST",
      path: `/threads/${this.threadId}/messages`,
      body: { role: "user", content },
    });
    this.written.push(content);
  }

  async #run(): Promise<void> {
    const { random } = this.#parts;
    while (this.#open.size >= MAX_OPEN_RUNS) {
      await Promise.race(this.#open);
    }
    const dice = random.next();
    const mode = dice < 0.2 ? "blocking" : dice < 0.6 ? "stream" : "background";
    await this.#start(mode, random.chance(0.1) ? "interrupt" : "queue");
  }

  async #start(mode: RunMode, conflict: RunStory["plan"]["conflict"]): Promise<void> {
    const { driver, random, violations } = this.#parts;
    const question = this.#text("question", 8);
    const answer = this.#text("answer", random.between(WORDS.least, WORDS.most));
    const story = new RunStory({ threadId: this.threadId, question, answer, conflict }, violations);
    this.stories.push(story);
    const delayMs = random.between(DELAY_MS.least, DELAY_MS.most);
    const { followed } = await driver.start(story, mode, delayMs);
    this.written.push(question);
    this.#keepOpen(followed);
    if (mode !== "blocking" && random.chance(0.3)) {
      this.#keepOpen(this.#joinLater(story));
    }
    if (mode !== "blocking" && random.chance(0.15)) {
      this.#keepOpen(this.#cancelLater(story));
    }
  }

  async #joinLater(story: RunStory): Promise<void> {
    await pause(this.#parts.random.between(0, 2000));
    await this.#parts.driver.follow(story);
  }

  /** Twice: a second stop changes nothing. */
  async #cancelLater(story: RunStory): Promise<void> {
    const { driver, random, violations } = this.#parts;
    await pause(random.between(0, 2000));
    const first = await driver.cancel(story);
    const second = await driver.cancel(story);
    if (first.status.run === "running" || first.status.run !== second.status.run) {
      const what = `run ${story.runId}: stopped as ${first.status.run}, then ${second.status.run}`;
      violations.add("wrong", what);
    }
  }

  #keepOpen(work: Promise<void>): void {
    const kept = work.finally(() => this.#open.delete(kept));
    this.#open.add(kept);
    kept.catch((error: unknown) => {
      this.#parts.violations.add("stuck", `${this.#name}: ${String(error)}`);
    });
  }

  /** Unlike every other text of the round. */
  #text(kind: string, words: number): string {
    const { random } = this.#parts;
    const count = this.written.length + this.stories.length;
    const rest = Array.from({ length: words }, () => random.between(0, 999_999).toString(36));
    return `${this.#name} ${kind} ${count}: ${rest.join(" ")}`;
  }
}
