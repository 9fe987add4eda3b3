import * as z from "zod";

import { ACTION } from "../../limits";
import { defineAction } from "./action";

export const LoopOutput = z.object({ iteration: z.int(), continues: z.boolean() });
export type LoopOutput = z.infer<typeof LoopOutput>;

/**
 * The output, anew before each pass: how many passes there were, and whether another one begins.
 * Read inside the loop, `iteration` is the number of the pass at hand, from 0. A loop that is cut
 * off by `max_iterations` leaves `continues` true.
 */
export const loopAction = defineAction({
  type: "loop",
  summary: "Repeats its actions while the condition holds, asked before each pass.",
  spec: z.strictObject({
    condition: z
      .boolean()
      .describe("May read the loop's own `iteration` and what the pass before has made."),
  }),
  config: z.strictObject({
    max_iterations: z
      .int()
      .min(1)
      .max(ACTION.loopMaxPasses)
      .default(ACTION.loopDefaultPasses)
      .describe("After so many passes the loop ends without asking."),
  }),
  async execute({ spec, pass }) {
    return { value: { iteration: pass, continues: spec.condition } };
  },
});
