/** Starts runs in each of the ways a client may, and follows them whatever happens on the way. */
import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";

import * as z from "zod";

import { DEMO } from "../../scripts/local/demo-project.ts";
import { readEvents } from "../support/read-events.ts";
import type { Random } from "./random.ts";
import type { RunStory } from "./run-story.ts";
import type { StubbornClient } from "./stubborn-client.ts";
import type { Violations } from "./violations.ts";

const RunReply = z.object({
  run: z.object({
    run_id: z.string(),
    status: z.object({ run: z.enum(["running", "requires_action", "succeeded", "errored"]) }),
    error: z.object({ code: z.string() }).optional(),
    traces: z.array(
      z.tuple([
        z.tuple([z.string(), z.string()]),
        z.array(
          z.array(
            z.object({ value: z.unknown(), meta: z.object({ error_code: z.string().optional() }) }),
          ),
        ),
      ]),
    ),
  }),
});
export type FinishedRun = z.output<typeof RunReply>["run"];

const RunList = z.object({
  runs: z.array(z.object({ run_id: z.string(), status: z.object({ run: z.string() }) })),
});

export type RunMode = "blocking" | "stream" | "background";

/** A reader that leaves after so many events, now and then, to come back with its last id. */
const LEAVE = { chance: 0.02, pauseMs: 50 } as const;
const POLL_MS = 500;
/** Before each of the ten words: at work when the kill comes. */
const UNATTENDED_DELAY_MS = 200;

export class RunDriver {
  readonly #client: StubbornClient;
  readonly #path: string;
  readonly #violations: Violations;
  readonly #random: Random;

  constructor(client: StubbornClient, toolId: string, violations: Violations, random: Random) {
    this.#client = client;
    this.#path = `/p/${DEMO.projectId}/a/${toolId}/r`;
    this.#violations = violations;
    this.#random = random;
  }

  /** Resolves once the run is acknowledged; `followed`, once its end has been told. */
  async start(
    story: RunStory,
    mode: RunMode,
    delayMs: number,
  ): Promise<{ followed: Promise<void> }> {
    const call = {
      method: "POST" as const,
      path: this.#path,
      headers: { "Idempotency-Key": randomUUID() },
      body: bodyFor(story, mode, delayMs),
    };
    if (mode === "stream") {
      const response = await this.#client.open(call);
      return { followed: this.#followStarted(story, call, response) };
    }
    if (mode === "background") {
      const { run } = RunReply.parse(await this.#client.json(call));
      story.name(run.run_id);
      return { followed: this.follow(story) };
    }
    const { run } = RunReply.parse(await this.#client.json(call));
    story.name(run.run_id);
    if (run.status.run === "running") {
      this.#violations.add("wrong", `run ${run.run_id}: a blocking call came back before its end`);
    }
    return { followed: this.follow(story) };
  }

  /** Starts it in the background and asks no more. */
  async leave(story: RunStory): Promise<void> {
    const { run } = RunReply.parse(
      await this.#client.json({
        method: "POST",
        path: this.#path,
        body: bodyFor(story, "background", UNATTENDED_DELAY_MS),
      }),
    );
    story.name(run.run_id);
  }

  /** Reads the run from `last` on, in as many connections as it takes. */
  async follow(story: RunStory, last = 0): Promise<void> {
    const runId = await story.whenNamed();
    const reader = { last, hasEnded: false };
    while (!reader.hasEnded) {
      const response = await this.#client.open({
        path: `${this.#path}/${runId}/stream`,
        headers: reader.last === 0 ? {} : { "Last-Event-ID": String(reader.last) },
      });
      await this.#listen(story, response, reader);
    }
  }

  async cancel(story: RunStory): Promise<FinishedRun> {
    const path = `${this.#path}/${await story.whenNamed()}/cancel`;
    story.cancelled = true;
    const { run } = RunReply.parse(await this.#client.json({ method: "POST", path }));
    return run;
  }

  async read(runId: string): Promise<FinishedRun> {
    return RunReply.parse(await this.#client.json({ path: `${this.#path}/${runId}` })).run;
  }

  /** Waits for the end without a call that would reach the run's object: a list asks D1 alone. */
  async watchFromAfar(threadId: string): Promise<void> {
    for (;;) {
      const reply = await this.#client.json({ path: `${this.#path}?thread_id=${threadId}` });
      const { runs } = RunList.parse(reply);
      if (runs.every(({ status }) => status.run === "succeeded" || status.run === "errored")) {
        return;
      }
      await pause(POLL_MS);
    }
  }

  /** Where the first reply breaks off before it has named the run, the request is sent again. */
  async #followStarted(
    story: RunStory,
    call: { method: "POST"; path: string; headers: Record<string, string>; body: object },
    first: Response,
  ): Promise<void> {
    const reader = { last: 0, hasEnded: false };
    await this.#listen(story, first, reader);
    while (story.runId === null) {
      await this.#listen(story, await this.#client.open(call), reader);
    }
    if (!reader.hasEnded) {
      await this.follow(story, reader.last);
    }
  }

  async #listen(
    story: RunStory,
    response: Response,
    reader: { last: number; hasEnded: boolean },
  ): Promise<void> {
    try {
      for await (const event of readEvents(response)) {
        reader.hasEnded = story.hear(event, reader.last);
        reader.last = Number(event.id);
        if (reader.hasEnded) {
          return;
        }
        if (this.#random.chance(LEAVE.chance)) {
          await pause(LEAVE.pauseMs);
          return;
        }
      }
    } catch {
      return;
    }
    this.#violations.add("lost", `run ${story.runId}: its stream ended after ${reader.last}`);
    await pause(POLL_MS);
  }
}

function bodyFor({ plan }: RunStory, mode: RunMode, delayMs: number): object {
  return {
    thread_id: plan.threadId,
    inputs: [{ messages: [{ role: "user", content: plan.question }] }],
    config: { MODEL_CALL: { use_stream: true, offline: { text: plan.answer, delay_ms: delayMs } } },
    blocking: mode === "blocking",
    stream: mode === "stream",
    on_conflict: plan.conflict,
  };
}
