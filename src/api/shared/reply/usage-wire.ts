/** A project's usage and quotas, as its keys and its operator read them. */
import * as z from "zod";

import type { Counter, CounterUsage, ProjectUsage } from "../../../domain/quota";

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

export const UsageReply = z.strictObject({ usage: UsageWire });

const Most = z.int().min(0).optional();

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

export const QuotasReply = z.strictObject({ quotas: QuotasBody });

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
