import * as z from "zod";

import { toResult } from "../answer";
import { defineAction } from "./action";

export const returnAction = defineAction({
  type: "return",
  summary: "Ends the run of its row; the last output is the result.",
  spec: z.strictObject({}),
  config: z.strictObject({}),
  async execute({ lastOutput, threadId }) {
    return { value: toResult(lastOutput, threadId) };
  },
});
