import * as z from "zod";

import { ActionFailure } from "../../domain/action-failure";
import { ACTION } from "../../limits";
import { defineAction } from "./action";

/**
 * The output is what is iterated over: `over`, or as many of its items as `repeat` says, from the
 * start again where it is shorter. Inside, the map's name stands for the item at hand.
 */
export const mapAction = defineAction({
  type: "map",
  summary: "Runs its actions once for each item of an array, in parallel.",
  spec: z.strictObject({
    over: z.array(z.unknown()).min(1).describe("The items: an array that is not empty."),
    repeat: z
      .int()
      .min(0)
      .max(ACTION.mapMaxIterations)
      .default(0)
      .describe("How many iterations; 0 means one for each item."),
  }),
  config: z.strictObject({
    concurrency: z
      .int()
      .min(1)
      .max(ACTION.mapMaxIterations)
      .default(ACTION.mapDefaultConcurrency)
      .describe("How many iterations of a row run at the same time."),
  }),
  async execute({ spec: { over, repeat } }) {
    const iterations = repeat === 0 ? over.length : repeat;
    if (iterations > ACTION.mapMaxIterations) {
      throw new ActionFailure(
        "too_many_iterations",
        `over has ${iterations} items; a map takes at most ${ACTION.mapMaxIterations}.`,
      );
    }
    return { value: Array.from({ length: iterations }, (_, index) => over[index % over.length]) };
  },
});
