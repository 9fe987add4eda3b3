/** How this dialect tells what executions of actions left, and how long a run and they took. */
import * as z from "zod";

import type { Cell, Run } from "../../domain/run";
import type { RunTiming, Usage } from "../../domain/runs/run-values";
import { roundDollars } from "../../domain/usage/model-price";

export const UsageWire = z.strictObject({
  input_tokens: z.int(),
  output_tokens: z.int(),
  cost_usd: z
    .number()
    .optional()
    .describe(
      "US dollars, by the prices of its time in `MODEL_PRICES`; of the models that have one, absent where none has.",
    ),
});

const CellWire = z
  .strictObject({
    value: z.unknown(),
    error: z.string().nullable(),
    meta: z.looseObject({
      duration: z.number().describe("Milliseconds."),
      started: z
        .int()
        .optional()
        .describe(
          "Unix milliseconds; where it waited or was cut off, of its last begin. For keys.",
        ),
    }),
  })
  .meta({ id: "RunCell", description: "What one execution of an action left." });

export const TimingWire = z
  .strictObject({
    started: z.int().nullable().describe("Unix milliseconds; null while it waits its turn."),
    ended: z.int().nullable().describe("Unix milliseconds; null while it is at work."),
    queue: z
      .number()
      .nullable()
      .describe("Milliseconds from its acceptance to its first begin; null where it never began."),
    first_token: z
      .number()
      .nullable()
      .describe(
        "Milliseconds from its acceptance to the first piece of text that a model told; null where none came as a stream.",
      ),
    attempts: z.int().describe("How often it was begun: above 1 after a crash."),
  })
  .meta({ id: "RunTiming", description: "How the run was served." });

export const CellsWire = z
  .array(z.array(CellWire))
  .describe("`[row][iteration]`, one outside a map.");

export function presentUsage(usage: Usage): z.output<typeof UsageWire> {
  const { inputTokens, outputTokens, costUsd } = usage;
  return {
    input_tokens: inputTokens,
    output_tokens: outputTokens,
    ...(costUsd === undefined ? {} : { cost_usd: roundDollars(costUsd) }),
  };
}

export function presentTiming(
  { startedAtMs, endedAtMs }: Run,
  { queueMs, firstTokenMs, attempts }: RunTiming,
): z.output<typeof TimingWire> {
  return {
    started: startedAtMs,
    ended: endedAtMs,
    queue: queueMs,
    first_token: firstTokenMs,
    attempts,
  };
}

export function presentCells(cells: Cell[][]): z.output<typeof CellWire>[][] {
  return cells.map((row) => row.map(presentCell));
}

function presentCell({ value, error, errorCode, meta }: Cell): z.output<typeof CellWire> {
  const { durationMs, startedAtMs, usage, retries, ...rest } = meta;
  return {
    value: error === null ? value : null,
    error,
    meta: {
      duration: durationMs,
      ...(startedAtMs === undefined ? {} : { started: startedAtMs }),
      ...(errorCode === undefined ? {} : { error_code: errorCode }),
      ...(usage === undefined ? {} : { usage: presentUsage(usage) }),
      ...(retries === undefined
        ? {}
        : { retries: retries.map(({ delayMs, ...retry }) => ({ ...retry, delay: delayMs })) }),
      ...rest,
    },
  };
}
