/** The tools of an assistant or a run, as a request gives them and replies show them. */
import * as z from "zod";

import { listOf as elementsOf } from "../../../domain/list-of";
import { optional } from "../fields";

/** As many as OpenAI takes. */
const MAX_TOOLS = 128;

const FunctionTool = z.strictObject({
  type: z.literal("function"),
  function: z.strictObject({
    name: z
      .string()
      .regex(/^[\w-]{1,64}$/, "must be 1 to 64 letters, digits, `_` or `-`")
      .meta({ example: "get_weather" }),
    description: optional(z.string()),
    parameters: optional(z.record(z.string(), z.unknown())),
    strict: optional(z.boolean()),
  }),
});

const CodeInterpreterTool = z
  .strictObject({ type: z.literal("code_interpreter") })
  .describe("Refused unless `CODE_INTERPRETER` of the deployment says what becomes of it.");

const SEARCH_RESULTS_MAX = 50;

const FileSearchTool = z.strictObject({
  type: z.literal("file_search"),
  file_search: optional(
    z.strictObject({
      max_num_results: optional(z.int().min(1).max(SEARCH_RESULTS_MAX)),
      ranking_options: optional(
        z.strictObject({
          ranker: optional(z.enum(["auto", "default_2024_08_21"])),
          score_threshold: optional(z.number().min(0).max(1)).describe(
            "Needs a store whose passages have vectors.",
          ),
        }),
      ),
    }),
  ),
});

const ToolField = z.discriminatedUnion("type", [FunctionTool, FileSearchTool, CodeInterpreterTool]);
export type ToolField = z.output<typeof ToolField>;
export type FunctionTool = z.output<typeof FunctionTool>;

export const ToolsField = elementsOf(ToolField, MAX_TOOLS);

export const ToolsWire = z.array(z.looseObject({ type: z.string() }));
