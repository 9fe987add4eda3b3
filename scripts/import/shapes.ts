/** OpenAI's objects as far as an import reads them; what else they have is passed over. */
import * as z from "zod";

const Metadata = z.record(z.string(), z.string()).nullish();
const Seconds = z.int().min(0);

const Assistant = z.object({
  id: z.string(),
  created_at: Seconds,
  name: z.string().nullish(),
  description: z.string().nullish(),
  model: z.string(),
  instructions: z.string().nullish(),
  tools: z
    .array(
      z.looseObject({ type: z.string(), function: z.record(z.string(), z.unknown()).optional() }),
    )
    .default([]),
  temperature: z.number().nullish(),
  top_p: z.number().nullish(),
  response_format: z.unknown(),
  reasoning_effort: z.string().nullish(),
  metadata: Metadata,
});
export type Assistant = z.output<typeof Assistant>;

const Thread = z.object({ id: z.string(), created_at: Seconds, metadata: Metadata });
export type Thread = z.output<typeof Thread>;

const Annotation = z.looseObject({
  type: z.string(),
  text: z.string(),
  file_citation: z.looseObject({ file_id: z.string().optional() }).optional(),
});

const Part = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("text"),
    text: z.union([
      z.string().transform((value) => ({ value, annotations: [] })),
      z.object({ value: z.string(), annotations: z.array(Annotation).default([]) }),
    ]),
  }),
  z.object({
    type: z.literal("image_file"),
    image_file: z.object({ file_id: z.string(), detail: z.string().nullish() }),
  }),
  z.object({
    type: z.literal("image_url"),
    image_url: z.object({ url: z.string(), detail: z.string().nullish() }),
  }),
  z.object({ type: z.literal("refusal"), refusal: z.string() }),
]);
export type Part = z.output<typeof Part>;

const Message = z.object({
  id: z.string(),
  created_at: Seconds,
  thread_id: z.string(),
  role: z.enum(["user", "assistant"]),
  content: z.array(Part),
  assistant_id: z.string().nullish(),
  run_id: z.string().nullish(),
  attachments: z
    .array(
      z.object({
        file_id: z.string(),
        tools: z.array(z.object({ type: z.string() })).nullish(),
      }),
    )
    .nullish(),
  status: z.string().nullish(),
  metadata: Metadata,
});
export type Message = z.output<typeof Message>;

const FileInfo = z.object({
  id: z.string(),
  created_at: Seconds,
  filename: z.string().min(1),
  purpose: z.string().nullish(),
});
export type FileInfo = z.output<typeof FileInfo>;

export const SCHEMAS = {
  assistant: Assistant,
  thread: Thread,
  "thread.message": Message,
  file: FileInfo,
} as const;
