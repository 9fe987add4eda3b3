/** The config that `chat` and `model` share. */
import * as z from "zod";

import { MODEL } from "../../limits";
import { OfflineScript } from "../models/offline-script";
import { PROVIDER_IDS, REASONING_EFFORTS } from "../models/provider";

const JsonSchemaFormat = z.strictObject({
  name: z.string().min(1).describe("For the provider; letters, digits, `_` and `-`."),
  description: z.string().optional(),
  schema: z.record(z.string(), z.unknown()).describe("The JSON Schema of the answer."),
  strict: z.boolean().default(false).describe("OpenAI's: hold the answer to the schema for sure."),
});

const ResponseFormat = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("text") }),
  z.strictObject({ type: z.literal("json_object") }),
  z.strictObject({ type: z.literal("json_schema"), json_schema: JsonSchemaFormat }),
]);

const StopSequence = z.string().min(1);

export const ModelConfig = z.strictObject({
  provider_id: z.enum(PROVIDER_IDS).default("offline").describe("Who is asked."),
  model_id: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe("The provider's own name of the model; `offline` needs none."),
  temperature: z
    .number()
    .min(0)
    .max(2)
    .nullable()
    .default(null)
    .describe("How freely it picks its words; null leaves that to the provider."),
  top_p: z
    .number()
    .min(0)
    .max(1)
    .nullable()
    .default(null)
    .describe("Of how likely words it picks; null leaves that to the provider."),
  reasoning_effort: z
    .enum(REASONING_EFFORTS)
    .nullable()
    .default(null)
    .describe("How much a thinking model thinks; null leaves that to the provider."),
  max_tokens: z.int().min(1).nullable().default(null).describe("Of one reply."),
  seed: z
    .int()
    .nullable()
    .default(null)
    .describe("Equal requests with an equal seed are answered alike, where the provider can."),
  response_format: ResponseFormat.nullable()
    .default(null)
    .describe("The form of the answer: free text, any JSON, or JSON of a schema."),
  stop: z
    .union([StopSequence, z.array(StopSequence).min(1).max(MODEL.maxStopSequences)])
    .nullable()
    .default(null)
    .describe("Texts at which the reply ends, without them."),
  function_call: z
    .union([z.enum(["auto", "none", "required"]), z.strictObject({ name: z.string().min(1) })])
    .nullable()
    .default(null)
    .describe(
      "Whether functions may be called; a name forces the first reply to call it, `required` to call any.",
    ),
  parallel_calls: z
    .boolean()
    .default(true)
    .describe(
      "Whether one reply may call several functions. Of a model that does all the same the first is taken.",
    ),
  max_steps: z
    .int()
    .min(1)
    .max(MODEL.maxSteps)
    .default(MODEL.defaultSteps)
    .describe("Replies at most, those with calls counted."),
  use_stream: z
    .boolean()
    .nullish()
    .describe("Tell the reply as it comes; by default if the run asks for a stream."),
  use_cache: z.boolean().default(false).describe("Take the reply to an equal request before."),
  offline: OfflineScript.optional().describe("What provider `offline` is to do."),
});
export type ModelConfig = z.output<typeof ModelConfig>;
