import * as z from "zod";

import { defineAction } from "./action";

export const ifAction = defineAction({
  type: "if",
  summary: "Runs its actions where the condition holds, those under `else` where it does not.",
  spec: z.strictObject({
    condition: z.boolean().describe("What decides; anything but true or false is an error."),
  }),
  config: z.strictObject({}),
  async execute({ spec }) {
    return { value: spec.condition };
  },
});
