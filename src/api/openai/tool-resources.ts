/** What the tools of an assistant, a thread or a run may look into. */
import * as z from "zod";

const UNSUPPORTED = { kind: "named", code: "unsupported_tool" } as const;

/** The reason why `code_interpreter` is refused, wherever it is asked for. */
export const NO_CODE_INTERPRETER = {
  message: "code_interpreter runs Python, which this server does not. Remove it",
  params: { rule: UNSUPPORTED },
} as const;

/** As old replies are sent back: without any file. */
const CodeInterpreterField = z.strictObject({
  file_ids: z
    .array(z.string())
    .refine((ids) => ids.length === 0, { ...NO_CODE_INTERPRETER, path: [0] })
    .nullish(),
});

export const ToolResourcesField = z.strictObject({
  code_interpreter: CodeInterpreterField.nullish(),
});
