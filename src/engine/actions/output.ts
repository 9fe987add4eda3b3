import * as z from "zod";

import { toResult } from "../answer";
import { defineAction } from "./action";

export const outputAction = defineAction({
  type: "output",
  summary: "The result of the run: its `value`, else the last output.",
  spec: z.strictObject({
    value: z
      .unknown()
      .optional()
      .describe("A text or a message is saved to the thread as the answer; anything else is not."),
  }),
  config: z.strictObject({}),
  notes: "nothing",
  async execute({ spec, lastOutput, threadId }) {
    return { value: toResult(spec.value === undefined ? lastOutput : spec.value, threadId) };
  },
});
