/**
 * Proves that a run comes to a recorded end however the store fails at it: what the real D1 refuses
 * (depth, constraints, triggers), what only a production D1 refuses (its words are played), R2, and
 * stores that are gone for hours or never answer. Each end says what could not be kept.
 */
import { env } from "cloudflare:workers";
import { afterEach, describe, it, vi } from "vitest";

import type { Run } from "../../src/domain/run";
import type { EngineOutcome } from "../../src/engine/contract";
import { RUN } from "../../src/limits";
import { recordsIn } from "../../src/runs/object/object-dependencies";
import { RunTable } from "../../src/runs/queue/object-run-table";
import { type CoordinatorBench, succeeded, withCoordinator } from "../support/coordinator";

type Ended = Extract<EngineOutcome, { kind: "ended" }>;

/** One way in which recording fails, and what may be missing of the end for it. */
interface Fault {
  what: string;
  /** What the engine hands over; an ordinary answer otherwise. */
  outcome?: () => Ended;
  /** Makes the store fail from here on. */
  arm?: (bench: CoordinatorBench) => Promise<void> | void;
  lost: "outcome" | "messages" | "both";
}

const TRIGGER = "refused_for_a_test";

async function refuse(on: string, condition: string, words: string): Promise<void> {
  await env.DB.prepare(
    `CREATE TRIGGER ${TRIGGER} BEFORE ${on} WHEN ${condition} BEGIN
       SELECT RAISE(ABORT, '${words}'); END`,
  ).run();
}

const quotaOf = ({ projectId }: CoordinatorBench): Promise<void> =>
  refuse("INSERT ON messages", `new.project_id = '${projectId}'`, "quota messages 1");

const fails = (words: string) => (): Promise<never> => Promise.reject(new Error(words));

/** Deeper than SQLite's JSON, and well within V8's. */
function nested(depth: number): unknown {
  let value: unknown = "core";
  for (let level = 0; level < depth; level += 1) {
    value = [value];
  }
  return value;
}

/** As V8 says it of a text beyond its 512 MB. */
function tooLong(): never {
  throw new RangeError("Invalid string length");
}

function withValue(value: unknown): Ended {
  const cells = [[{ value, error: null, meta: { durationMs: 0 } }]];
  return { ...answered(), traces: [{ type: "output", name: "OUTPUT", cells }], results: cells };
}

function answered(): Ended {
  const outcome = succeeded("A");
  if (outcome.kind !== "ended") {
    throw new Error("an answer is an end");
  }
  return outcome;
}

/** D1 as it answers in production, which the local one does not, wherever the batch holds `what`. */
function speaking(bench: CoordinatorBench, words: string, holds: "results" | "messages"): void {
  const { records } = bench;
  bench.records = {
    ...records,
    end: async (ending) => {
      const isHeld = holds === "results" ? ending.results !== null : ending.messages.length > 0;
      if (isHeld) {
        throw new Error(words);
      }
      return records.end(ending);
    },
  };
}

const FAULTS: Fault[] = [
  {
    what: "results nested deeper than json_valid goes",
    // Small enough for the row, where SQLite reads it.
    outcome: () => ({ ...withValue(nested(1100)), traces: [] }),
    lost: "outcome",
  },
  {
    what: "results that cannot even be written as one text",
    outcome: () => withValue({ toJSON: tooLong }),
    lost: "both",
  },
  {
    what: "an answer whose metadata are nested too deep",
    outcome: () => {
      const [answer] = answered().answers;
      const metadata = { deep: nested(1100) };
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- more than the type allows, as a fault would be
      return { ...answered(), answers: [{ ...answer, metadata } as Ended["answers"][number]] };
    },
    lost: "messages",
  },
  {
    what: "a quota's trigger on messages",
    arm: quotaOf,
    lost: "messages",
  },
  {
    what: "a constraint on the run's row",
    arm: () => refuse("UPDATE OF outcome ON runs", "instr(new.outcome, 'OUTPUT') > 0", "CHECK"),
    lost: "outcome",
  },
  {
    what: "a row that is too large",
    arm: (bench) => speaking(bench, "D1_ERROR: string or blob too big: SQLITE_TOOBIG", "results"),
    lost: "outcome",
  },
  {
    what: "a message that is too large",
    arm: (bench) => speaking(bench, "D1_ERROR: string or blob too big: SQLITE_TOOBIG", "messages"),
    lost: "messages",
  },
  {
    what: "a value that cannot be bound",
    arm: (bench) => speaking(bench, "D1_TYPE_ERROR: Type 'object' not supported", "messages"),
    lost: "messages",
  },
  {
    what: "words that nobody knows, again and again, while the store answers",
    arm: (bench) => speaking(bench, "D1_ERROR: something new", "results"),
    lost: "outcome",
  },
  {
    what: "an R2 that takes no large outcome",
    outcome: () => withValue("x".repeat(RUN.outcomeInRowMaxBytes)),
    arm: (bench) => {
      const put = fails("put: We encountered an internal error.");
      bench.records = recordsIn({
        DB: env.DB,
        FILES: Object.assign(Object.create(env.FILES), { put }),
      });
    },
    lost: "outcome",
  },
  {
    what: "a store that never answers to it, and to everything else",
    arm: (bench) => {
      const { records } = bench;
      bench.records = {
        ...records,
        end: (ending) => (ending.results === null ? records.end(ending) : new Promise(() => {})),
      };
    },
    lost: "outcome",
  },
];

/** Lets the alarm ring until the run's end is recorded. */
async function untilRecorded(bench: CoordinatorBench, runId: string): Promise<Run> {
  for (let rings = 0; rings < 100; rings += 1) {
    for (let turn = 0; turn < 20; turn += 1) {
      const run = await bench.recorded(runId);
      if (run.endedAtMs !== null) {
        return run;
      }
    }
    await bench.ring();
  }
  throw new Error("the run's end is never recorded", { cause: bench.reported.at(-1) });
}

afterEach(async () => {
  await env.DB.prepare(`DROP TRIGGER IF EXISTS ${TRIGGER}`).run();
});

describe("an end that the store refuses", () => {
  it.for(FAULTS)("is recorded without what it cannot keep: $what", (fault, { expect }) =>
    withCoordinator(async (bench) => {
      const { runId, life } = await bench.begin({ question: "Q" });
      const next = await bench.start();
      await fault.arm?.(bench);
      life.end(fault.outcome?.() ?? answered());
      await bench.until(() => bench.phaseOf(runId) !== "recorded");
      const cancelled = bench.coordinator.cancel(runId);
      const run = await untilRecorded(bench, runId);
      expect(run).toMatchObject({ status: "failed", error: { code: "outcome_not_kept" } });
      expect(run.error?.message).toContain("came to its answer");
      const isOutcomeLost = fault.lost !== "messages";
      expect(run.results === null && run.traces.length === 0).toBe(isOutcomeLost);
      expect(run.error?.message.includes("its results and traces")).toBe(isOutcomeLost);
      const isMessageLost = fault.lost !== "outcome";
      expect(await bench.thread()).toEqual(
        isMessageLost ? ["user: Q"] : ["user: Q", "assistant: A"],
      );
      expect(run.error?.message.includes("what it wrote")).toBe(isMessageLost);
      expect(await cancelled).toMatchObject({ ok: true });
      expect((await bench.told(runId)).at(-1)?.event).toMatchObject({ error: run.error });
      await bench.until(() => bench.life.plan.runId === next);
    }),
  );

  it("keeps the status of a run that was stopped, and why", ({ expect }) =>
    withCoordinator(async (bench) => {
      const { runId, life } = await bench.begin({ question: "Q" });
      life.say("half");
      await quotaOf(bench);
      const cancelled = await bench.coordinator.cancel(runId);
      expect(cancelled).toMatchObject({ value: { run: { status: "cancelled" } } });
      const { status, error } = await bench.recorded(runId);
      expect([status, error?.code]).toEqual(["cancelled", "outcome_not_kept"]);
      expect(error?.message).toContain("cancelled: The run was cancelled.");
    }));

  it("is recorded whole by a store that was gone for hours", ({ expect }) =>
    withCoordinator(async (bench) => {
      const { records } = bench;
      const { runId, life } = await bench.begin({ question: "Q" });
      const gone = fails("D1_ERROR: Network connection lost.");
      bench.records = { ...records, end: gone, updateStatus: gone };
      life.answer("A");
      const failures = 4 * 60;
      for (let failed = 1; failed <= failures; failed += 1) {
        await bench.until(() => bench.reported.length === failed);
        await bench.ring();
      }
      expect(bench.phaseOf(runId)).toBe("finalizing");
      await bench.until(() => bench.reported.length > failures);
      bench.records = records;
      expect((await untilRecorded(bench, runId)).status).toBe("succeeded");
      expect(await bench.thread()).toEqual(["user: Q", "assistant: A"]);
    }));

  it("is read back after a death alone, as large ones take long to read", ({ expect }) =>
    withCoordinator(async (bench) => {
      const reading = vi.spyOn(RunTable.prototype, "getBlob");
      const readings = () => reading.mock.calls.filter(([, name]) => name === "ending").length;
      const first = await bench.begin({ question: "Q" });
      first.life.answer("A");
      await untilRecorded(bench, first.runId);
      expect(readings()).toBe(0);
      const { records } = bench;
      const second = await bench.begin({ question: "Q" });
      bench.records = { ...records, end: () => new Promise(() => {}) };
      second.life.answer("A");
      await bench.until(() => bench.phaseOf(second.runId) === "finalizing");
      bench.crash();
      bench.records = records;
      bench.wake();
      expect((await untilRecorded(bench, second.runId)).status).toBe("succeeded");
      expect(readings()).toBe(1);
      reading.mockRestore();
    }));

  it("is tried for ever by a store that refuses even the least of it", ({ expect }) =>
    withCoordinator(async (bench) => {
      const { records } = bench;
      const { runId, life } = await bench.begin({ question: "Q" });
      const full = fails("D1_ERROR: too large: SQLITE_CONSTRAINT");
      bench.records = { ...records, end: full };
      life.answer("A");
      await bench.until(() => bench.reported.length > 3);
      expect(bench.alarmAtMs).not.toBeNull();
      bench.records = records;
      expect((await untilRecorded(bench, runId)).error?.code).toBe("outcome_not_kept");
    }));
});
