import * as z from "zod";

import { ActionFailure } from "../../domain/action-failure";
import { HEX_20, TOOL_ID_RULE } from "../../domain/ids";
import { anyObject, recordOf } from "../../domain/list-of";
import { RUN } from "../../limits";
import { defineAction } from "./action";

const Row = anyObject();

export const toolAction = defineAction({
  type: "tool",
  summary: "Runs another tool of the project as a part of this run.",
  spec: z.strictObject({
    tool_id: z.string().regex(HEX_20, TOOL_ID_RULE).describe("A tool of the same project."),
    version: z
      .union([z.int().min(1), z.enum(["latest", "live"])])
      .optional()
      .describe(
        "A version's number, `latest` or `live`; else what the tool's `default_version` says.",
      ),
    inputs: z
      .union([z.array(Row).max(RUN.maxRows), Row])
      .default({})
      .describe("The input, or one for each row."),
    config: recordOf(z.string(), Row).default({}).describe("Changes of the tool's configs."),
  }),
  config: z.strictObject({}),
  async execute({ spec, runTool }) {
    const rows = Array.isArray(spec.inputs) ? spec.inputs : [spec.inputs];
    const run = await runTool({
      key: "run",
      toolId: spec.tool_id,
      version: spec.version ?? "default",
      inputs: rows.length === 0 ? [{}] : rows,
      config: spec.config,
    });
    if (run.error !== null) {
      throw new ActionFailure(run.error.code, `${run.toolName}: ${run.error.message}`, {
        usage: run.usage,
      });
    }
    return {
      value: {
        run_id: run.runId,
        status: run.status,
        results: run.results?.map((cells) => cells.map(({ value, error }) => ({ value, error }))),
      },
      meta: { usage: run.usage },
    };
  },
});
