import * as z from "zod";

import { askModel } from "../chat/ask-model";
import { ModelConfig } from "../chat/model-config";
import { UsageTotal } from "../chat/usage-total";
import { defineAction } from "./action";

export const modelAction = defineAction({
  type: "model",
  summary: "One reply of a model to one prompt.",
  spec: z.strictObject({ prompt: z.string().min(1).describe("What the model is asked.") }),
  config: ModelConfig,
  streams: true,
  async execute(context) {
    const total = new UsageTotal();
    const reply = await askModel(context, "reply", {
      n: 1,
      messages: [{ role: "user", content: [{ type: "text", text: context.spec.prompt }] }],
      functions: [],
      functionChoice: "none",
      singleCall: false,
    });
    total.add(reply);
    return { value: { completion: { text: reply.text } }, meta: total.meta };
  },
});
