/** What all readers of one run were told, held against each other as it comes. */
import * as z from "zod";

import type { StreamEvent } from "../support/read-events.ts";
import type { Violations } from "./violations.ts";

export interface RunPlan {
  threadId: string;
  question: string;
  /** What the offline model is to say. */
  answer: string;
  conflict: "queue" | "interrupt";
}

const Told = z.object({ type: z.string(), content: z.unknown() });
const Started = z.object({ run_id: z.string() });
const Tokens = z.object({ block_name: z.string(), tokens: z.object({ text: z.string() }) });
const Reset = z.object({ block_name: z.string() });
const Execution = z.object({
  block_name: z.string(),
  execution: z.array(z.array(z.object({ value: z.unknown() }))),
});
const EffectValue = z.object({ body: z.object({ serial: z.int() }) });

export class RunStory {
  readonly plan: RunPlan;
  readonly askedAt = performance.now();
  /** The data of event `n` at `n - 1`. */
  readonly events: string[] = [];
  /** When each was told first. `performance.now()`. */
  readonly toldAt: number[] = [];
  runId: string | null = null;
  cancelled = false;
  endedAt: number | null = null;
  /** The number that the outside world gave to this run's effect, as told. */
  effect: { serial: number; toldAt: number } | null = null;
  readonly #violations: Violations;
  readonly #named = Promise.withResolvers<string>();

  constructor(plan: RunPlan, violations: Violations) {
    this.plan = plan;
    this.#violations = violations;
  }

  /** Resolves with the run's id as soon as that is known. */
  whenNamed(): Promise<string> {
    return this.#named.promise;
  }

  name(runId: string): void {
    if (this.runId !== null && this.runId !== runId) {
      this.#violations.add("duplicated", `one request made the runs ${this.runId} and ${runId}`);
    }
    this.runId = runId;
    this.#named.resolve(runId);
  }

  /** A reader whose last event was `last` got this one. @returns Whether it was the end. */
  hear({ id, data }: StreamEvent, last: number): boolean {
    const n = Number(id);
    if (n !== last + 1) {
      const promise = n <= last ? "duplicated" : "lost";
      this.#violations.add(promise, `run ${this.runId}: event ${id} came after ${last}`);
    }
    const known = this.events[n - 1];
    if (known === undefined) {
      this.#note(n, data);
    } else if (known !== data) {
      const what = `run ${this.runId}: event ${n} was ${known} and then ${data}`;
      this.#violations.add("wrong", what);
    }
    return Told.parse(JSON.parse(data)).type === "final";
  }

  /** The text that stands after all that was told and withdrawn. */
  text(): string {
    const texts = new Map<string, string>();
    for (const data of this.events) {
      const { type, content } = Told.parse(JSON.parse(data));
      if (type === "tokens") {
        const { block_name: name, tokens } = Tokens.parse(content);
        texts.set(name, (texts.get(name) ?? "") + tokens.text);
      } else if (type === "reset") {
        texts.delete(Reset.parse(content).block_name);
      }
    }
    return [...texts.values()].join("");
  }

  resets(): number {
    return this.events.filter((data) => Told.parse(JSON.parse(data)).type === "reset").length;
  }

  #note(n: number, data: string): void {
    this.events[n - 1] = data;
    this.toldAt[n - 1] = performance.now();
    const { type, content } = Told.parse(JSON.parse(data));
    if (type === "run_status") {
      this.name(Started.parse(content).run_id);
    } else if (type === "final") {
      this.endedAt = performance.now();
    } else if (type === "block_execution") {
      this.#noteEffect(content);
    }
  }

  #noteEffect(content: unknown): void {
    const { block_name: name, execution } = Execution.parse(content);
    const value = EffectValue.safeParse(execution[0]?.[0]?.value);
    if (name === "EFFECT" && value.success) {
      this.effect = { serial: value.data.body.serial, toldAt: performance.now() };
    }
  }
}
