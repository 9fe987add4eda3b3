/**
 * Tries random orders of everything that can happen to the runs of a thread, crashes, transactions
 * that roll back and a failing D1 included, and then lets time pass until nothing is left to do. Proves that every accepted run
 * ends once and in a legal way, that its journal is whole and says so, that its question and its
 * answer stand on the thread once, that nobody works while another does, and that every reader heard
 * exactly what it came for. Does not prove what the real D1 does with two at once.
 */
import * as fc from "fast-check";
import { type ExpectStatic, describe, it } from "vitest";

import { CONFLICT_RULES, type ConflictRule, type PendingCall } from "../../src/domain/run";
import type { NumberedEvent, RunEvent } from "../../src/domain/run-event";
import { JOURNAL } from "../../src/limits";
import { partialTexts } from "../../src/runs/queue/partial-text";
import type { RunEnding } from "../../src/store/runs/run-records";
import { type CoordinatorBench, type Life, withCoordinator } from "../support/coordinator";
import { settle } from "../support/manual-clock";
import { MapRecords } from "../support/map-records";
import { TestReader } from "../support/test-reader";

type Happening = "say" | "answer" | "fail" | "suspend" | "crash" | "ring" | "expire" | "rollback";

type Step =
  | { do: "start"; conflict: ConflictRule }
  | { do: Happening }
  | { do: "cancel" | "submit" | "listen"; run: number; after: number }
  | { do: "lose"; call: "admit" | "end"; how: "reject" | "hang" | "hang-after" };

const CALLS: PendingCall[] = ["a", "b"].map((callId) => ({
  callId,
  actionName: "MODEL_CALL",
  row: 0,
  name: "f",
  arguments: "{}",
}));
const USAGE = { inputTokens: 0, outputTokens: 0 };
const DEADLINE_MS = 60_000;
/** Rings of the alarm after which everything must have come to its end. */
const MAX_RINGS = 200;

const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("start"),
      conflict: fc.constantFrom(...CONFLICT_RULES),
    }),
  },
  {
    weight: 10,
    arbitrary: fc.record({
      do: fc.constantFrom(
        "say",
        "say",
        "answer",
        "fail",
        "suspend",
        "crash",
        "ring",
        "expire",
        "rollback",
      ),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom("cancel", "submit", "listen"),
      run: fc.nat(5),
      after: fc.nat(4),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("lose"),
      call: fc.constantFrom("admit", "end"),
      how: fc.constantFrom("reject", "hang", "hang-after"),
    }),
  },
);

interface Listener {
  runId: string;
  after: number;
  reader: TestReader;
}

class World {
  readonly bench: CoordinatorBench;
  readonly records = new MapRecords();
  /** Runs whose start was acknowledged. */
  readonly accepted: string[] = [];
  readonly listeners: Listener[] = [];
  #livesBefore = 0;
  #next: { call: "admit" | "end"; how: string } | null = null;

  constructor(bench: CoordinatorBench) {
    this.bench = bench;
    bench.records = {
      admit: (given) => this.#call("admit", () => this.records.admit(given)),
      end: (given) => this.#call("end", () => this.records.end(given)),
      withdraw: (given) => this.records.withdraw(given),
      saveReply: (given) => this.records.saveReply(given),
      updateStatus: () => this.records.updateStatus(),
    };
  }

  async take(step: Step): Promise<void> {
    if (step.do === "start") {
      void this.#start(step.conflict);
    } else if (step.do === "lose") {
      this.#next = { call: step.call, how: step.how };
    } else if ("run" in step) {
      await this.#ask(step.do, this.accepted[step.run], step.after);
    } else {
      await this.#happenings[step.do]();
    }
    await settle();
    await settle();
  }

  readonly #happenings: Record<Happening, () => Promise<void> | void> = {
    say: () => this.#life?.say(`${this.bench.attempts.length} `),
    answer: () => this.#life?.answer("whole"),
    fail: () => this.#life?.fail(new Error("given way")),
    suspend: () => this.#life?.end({ kind: "suspended", calls: CALLS, traces: [], usage: USAGE }),
    crash: () => {
      this.bench.crash();
      this.#livesBefore = this.bench.attempts.length;
    },
    ring: () => this.#pass(0),
    expire: () => this.#pass(DEADLINE_MS),
    rollback: () => void (this.bench.rollbacks = 1),
  };

  /** How many runs the engine has in hand. */
  get working(): number {
    return this.bench.attempts.slice(this.#livesBefore).filter((life) => !life.isOver()).length;
  }

  /** Lets time pass until nothing is left to do; who waits for a client is let go. */
  async drain(): Promise<void> {
    this.#next = null;
    this.bench.rollbacks = 0;
    // What still hangs would hang for ever; the platform cuts it off in its time.
    await this.take({ do: "crash" });
    this.bench.coordinator.resume();
    for (let rings = 0; rings < MAX_RINGS && !this.#allEnded(); rings += 1) {
      for (const runId of this.records.admissions.keys()) {
        if (this.bench.statusOf(runId) === "requires_action") {
          this.bench.coordinator.cancel(runId).catch(() => {});
        }
      }
      await settle();
      await settle();
      await this.#pass(0);
    }
  }

  #allEnded(): boolean {
    const open = this.bench.storage.sql
      .exec("SELECT id FROM runs WHERE phase <> 'ended'")
      .toArray();
    return open.length === 0;
  }

  /** The run that the engine has in hand, unless it has died with its object. */
  get #life(): Life | undefined {
    return this.bench.attempts.length > this.#livesBefore ? this.bench.attempts.at(-1) : undefined;
  }

  async #start(conflict: ConflictRule): Promise<void> {
    const start = this.bench.ask({ conflict, question: "Q", deadlineMs: DEADLINE_MS });
    const started = await this.bench.coordinator.start(start).catch(() => null);
    if (started?.ok === true) {
      this.accepted.push(start.request.runId);
    }
  }

  async #pass(durationMs: number): Promise<void> {
    await this.bench.clock.advance(durationMs);
    const delayMs = (this.bench.alarmAtMs ?? Infinity) - this.bench.clock.now();
    // Not so far that journals are tidied away: the test has yet to read them.
    if (delayMs < JOURNAL.keepMs / 2) {
      await this.bench.ring();
    }
  }

  async #ask(what: "cancel" | "submit" | "listen", runId: string | undefined, after: number) {
    if (runId === undefined) {
      return;
    }
    if (what === "cancel") {
      this.bench.coordinator.cancel(runId).catch(() => {});
    } else if (what === "submit") {
      const callId = CALLS[after % 2]?.callId ?? "";
      await this.bench.coordinator.submit(runId, [{ callId, output: "done" }]).catch(() => null);
    } else {
      const stream = await this.bench.coordinator.events(runId, after);
      if (stream.ok) {
        this.listeners.push({ runId, after, reader: new TestReader(stream.value) });
      }
    }
  }

  async #call<T>(name: "admit" | "end", call: () => Promise<T>): Promise<T> {
    const lost = this.#next?.call === name ? this.#next.how : null;
    this.#next = lost === null ? this.#next : null;
    if (lost === "reject") {
      throw new Error("D1 is not to be had");
    }
    const done = lost === "hang" ? null : await call();
    return done === null || lost === "hang-after" ? new Promise<T>(() => {}) : done;
  }
}

function kinds(story: readonly NumberedEvent[]): RunEvent["type"][] {
  return story.map(({ event }) => event.type);
}

/** What a run that was stopped left on the thread is what it had told; one that came to its end, its answer. */
function checkMessages(expect: ExpectStatic, story: readonly NumberedEvent[], ending: RunEnding) {
  const telling = story.flatMap(({ event }) =>
    event.type === "text-delta" || event.type === "action-reset" ? [event] : [],
  );
  const [told] = partialTexts(telling, 1);
  const left = ending.messages.map(({ content, incomplete }) => [content, incomplete]);
  const added = story.flatMap(({ event }) => (event.type === "message-add" ? [event.message] : []));
  expect(added).toEqual(ending.messages);
  if (ending.status === "succeeded") {
    expect(left).toEqual([["whole", false]]);
  } else if (["rolled_back", "outcome_not_kept"].includes(ending.error?.code ?? "")) {
    expect(left).toEqual([]);
  } else {
    expect(left).toEqual(typeof told === "string" ? [[told, true]] : []);
  }
}

function checkThread(expect: ExpectStatic, { records }: World): void {
  const ids = records.messages.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const asked = [...records.admissions.values()]
    .filter(({ request }) => records.endings.get(request.runId)?.error?.code !== "rolled_back")
    .flatMap(({ messages }) => messages.map(({ id }) => id));
  expect(ids.filter((id) => asked.includes(id))).toEqual(asked);
  expect(records.messages.filter(({ role }) => role === "user")).toHaveLength(asked.length);
}

describe("the runs of a thread", () => {
  it(
    "come to one end each, and say so, in whatever order things happen",
    { timeout: 120_000 },
    async ({ expect }) => {
      const property = fc.asyncProperty(fc.array(steps, { minLength: 3, maxLength: 30 }), (given) =>
        withCoordinator(async (bench) => {
          const world = new World(bench);
          for (const step of given) {
            await world.take(step);
            expect(world.working).toBeLessThan(2);
          }
          await world.drain();
          expect([...world.records.endings.keys()].toSorted()).toEqual(
            [...world.records.admissions.keys()].toSorted(),
          );
          expect([...world.records.admissions.keys()]).toEqual(
            expect.arrayContaining(world.accepted),
          );
          for (const [runId, ending] of world.records.endings) {
            const story = await bench.told(runId);
            expect(story.map(({ seq }) => seq)).toEqual(story.map((_event, index) => index + 1));
            expect(kinds(story).filter((kind) => kind === "run-end")).toEqual(["run-end"]);
            expect(story.at(-1)?.event).toMatchObject({ type: "run-end", status: ending.status });
            expect(kinds(story).filter((kind) => kind === "run-start").length).toBeLessThan(2);
            checkMessages(expect, story, ending);
          }
          checkThread(expect, world);
          for (const { runId, after, reader } of world.listeners) {
            const story = (await bench.told(runId)).slice(after);
            expect(reader.events).toEqual(story.slice(0, reader.events.length));
          }
        }),
      );
      await fc.assert(property, { numRuns: 40 });
    },
  );
});
