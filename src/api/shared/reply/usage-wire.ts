/** A project's usage and quotas, as its keys and its operator read them. */
import * as z from "zod";

import { roundDollars } from "../../../domain/usage/model-price";
import type { Counter, CounterUsage, ProjectUsage } from "../../../domain/usage/quota";
import { type UsageDay, dayOf, daysIn, firstTokenTimes } from "../../../domain/usage/usage-day";
import { USAGE } from "../../../limits";

const CounterWire = z.strictObject({
  used: z.int(),
  reserved: z.int().describe("Held for runs under way until they have ended."),
  quota: z.int().nullable().describe("Null: as much as there is."),
  resets_at: z.iso
    .datetime({ precision: 3 })
    .nullable()
    .describe("When the count begins anew: runs by the day, tokens by the month, in UTC."),
});

const UsageWire = z
  .strictObject({
    threads: CounterWire,
    messages: CounterWire,
    files: CounterWire,
    bytes: CounterWire,
    runs: CounterWire,
    tokens: CounterWire,
  })
  .meta({ id: "Usage" });

const EstimateWire = z
  .int()
  .nullable()
  .describe(
    "Milliseconds, estimated from a histogram: within 9.1 %. Null where none told anything.",
  );

const DayWire = z
  .strictObject({
    day: z.iso.date().meta({ examples: ["2026-11-29"] }),
    runs: z.int().describe("That ended on this day, in UTC, however they ended."),
    errors: z.int().describe("Of them, those that failed or passed their deadline."),
    tokens: z.strictObject({ input: z.int(), output: z.int() }),
    cost_usd: z
      .number()
      .describe("US dollars, of the models that have a price in `MODEL_PRICES`; 0 where none has."),
    first_token_ms: z
      .strictObject({
        runs: z.int().describe("Runs of which a model told something while it wrote."),
        p50: EstimateWire,
        p95: EstimateWire,
      })
      .describe("From a run's acceptance, its time in the queue included, to its first token."),
  })
  .meta({ id: "UsageDay" });

/** What is used now, and what each day came to. */
export const UsageReply = z.strictObject({
  usage: UsageWire,
  days: z.array(DayWire).describe("The days asked for in order, none left out."),
});

const DayField = z.iso.date({ error: "must be a day as YYYY-MM-DD" }).optional();

/** The query of a project's usage: the days that are asked for. */
export const UsageQuery = z
  .strictObject({
    from: DayField.describe(
      `The first day, in UTC. Without it ${USAGE.defaultDays} days up to \`to\`.`,
    ),
    to: DayField.describe("The last day, in UTC. Today where it is absent."),
  })
  .superRefine(({ from, to = dayOf(Date.now()) }, context) => {
    const days = from === undefined ? 1 : daysIn({ from, to });
    if (days < 1) {
      context.addIssue({ code: "custom", path: ["from"], message: `is after ${to}, the last day` });
    } else if (days > USAGE.maxDays) {
      const message = `is ${days} days up to ${to}; ${USAGE.maxDays} may be asked for at a time`;
      context.addIssue({ code: "custom", path: ["from"], message });
    }
  });

const Most = z.int().min(0).optional();

/** Quotas by their counter; null: as much as there is. */
export const QuotasBody = z
  .strictObject({
    threads: Most,
    messages: Most,
    files: Most,
    bytes: Most,
    runs: Most.describe("A day."),
    tokens: Most.describe("A month."),
  } satisfies Record<Counter, z.ZodType>)
  .meta({
    id: "Quotas",
    description: "The most of each; one that is absent is as much as there is.",
    example: { threads: 100_000, runs: 5000, tokens: 10_000_000 },
  });

/** The quotas of a project. */
export const QuotasReply = z.strictObject({ quotas: QuotasBody });

/** The runs of one day in UTC. */
export function presentDay(day: UsageDay): z.output<typeof DayWire> {
  const { runs, p50Ms, p95Ms } = firstTokenTimes(day);
  return {
    day: day.day,
    runs: day.runs,
    errors: day.errors,
    tokens: { input: day.inputTokens, output: day.outputTokens },
    cost_usd: roundDollars(day.costUsd),
    first_token_ms: { runs, p50: p50Ms, p95: p95Ms },
  };
}

/** Each counter with its quota and what is used of it. */
export function presentUsage(usage: ProjectUsage): z.output<typeof UsageWire> {
  return {
    threads: present(usage.threads),
    messages: present(usage.messages),
    files: present(usage.files),
    bytes: present(usage.bytes),
    runs: present(usage.runs),
    tokens: present(usage.tokens),
  };
}

function present({
  used,
  reserved,
  quota,
  resetsAtMs,
}: CounterUsage): z.output<typeof CounterWire> {
  const resetsAt = resetsAtMs === null ? null : new Date(resetsAtMs).toISOString();
  return { used, reserved, quota, resets_at: resetsAt };
}
