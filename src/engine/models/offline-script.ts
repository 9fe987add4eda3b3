/** What a chat or model action may tell the `offline` provider to do, in its config as `offline`. */
import * as z from "zod";

import { OFFLINE } from "../../limits";

const ScriptedCall = z.strictObject({
  name: z.string().min(1).describe("A declared function, or not: models invent names too."),
  arguments: z
    .union([z.record(z.string(), z.unknown()), z.string()])
    .default({})
    .describe("An object, or a string that is taken as it stands, broken JSON included."),
});

const ScriptedError = z.strictObject({
  status: z.int().min(400).max(599).describe("HTTP status as a provider would answer it."),
  message: z.string().default("This error was asked for."),
  retry_after: z.number().min(0).optional().describe("Seconds, as in the header Retry-After."),
  times: z.int().min(1).optional().describe("Fail so many attempts and then answer; else all."),
});

export const OfflineScript = z.strictObject({
  text: z.string().optional().describe("The answer, instead of one about the question."),
  refusal: z
    .string()
    .optional()
    .describe("Refuse to answer with these words, as a provider marks a refusal."),
  reasoning: z.string().optional().describe("Think this before the answer."),
  tokens: z
    .int()
    .min(0)
    .max(OFFLINE.maxTokens)
    .optional()
    .describe("Answer with exactly so many words."),
  function_call: z
    .union([ScriptedCall, z.array(ScriptedCall).min(1)])
    .optional()
    .describe("Answer with this call, or these; once they have their results, with text."),
  call_text: z.string().optional().describe("Say this before the calls of a reply."),
  call_rounds: z
    .int()
    .min(0)
    .optional()
    .describe("How often it calls before it answers with text; 1 by default."),
  error: ScriptedError.optional().describe("Fail as a provider does."),
  delay_ms: z
    .int()
    .min(0)
    .max(OFFLINE.maxDelayMs)
    .optional()
    .describe("Milliseconds before each word."),
  break_after: z
    .int()
    .min(0)
    .optional()
    .describe("Lose the connection after so many words, on every attempt."),
  silent_after: z.int().min(0).optional().describe("Say nothing more after so many words."),
});
export type OfflineScript = z.output<typeof OfflineScript>;
