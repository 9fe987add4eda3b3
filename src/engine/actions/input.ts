import * as z from "zod";

import { defineAction } from "./action";

export const inputAction = defineAction({
  type: "input",
  summary: "The row that the run was given.",
  spec: z.strictObject({}),
  config: z.strictObject({}),
  notes: "nothing",
  async execute({ input }) {
    return { value: input };
  },
});
