import * as z from "zod";

import { readRows } from "../../documents/index";
import { ACTION } from "../../limits";
import { sourceOf } from "../extracted-text/extract-once";
import { defineAction } from "./action";
import { describeFiles } from "./describe-files";

export const dataAction = defineAction({
  type: "data",
  summary: "The rows of a JSON, JSONL or CSV file.",
  spec: z.strictObject({ file_id: z.string().min(1).describe("The id of the file.") }),
  config: z.strictObject({
    limit: z
      .int()
      .min(1)
      .max(ACTION.dataMaxRows)
      .default(ACTION.dataMaxRows)
      .describe("How many rows, from the first on."),
  }),
  async execute({ spec, config, ports: { files }, signal }) {
    const [file] = await describeFiles(files, [spec.file_id]);
    return {
      value: file === undefined ? [] : await readRows(sourceOf(file, files), { ...config, signal }),
    };
  },
});
