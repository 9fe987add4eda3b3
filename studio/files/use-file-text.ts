/**
 * A file's text as tools get it. No call gives it: a tool of one `file` action does, which is deployed at
 * the first asking and found again by its name.
 */
import { useMutation, useQueryClient } from "@tanstack/react-query";

import { call } from "../api/call.ts";
import { useProject } from "../session/project.ts";
import { TEXTS } from "../texts.ts";
import { useTools } from "../tools/use-tools.ts";

const { files: WORDS } = TEXTS;

export const READER = "studio_file_text";
/** Of the `file` action: the most that it takes. */
const MAX_CHARS = 340_000;

const ACTIONS = [
  { name: "INPUT", type: "input" as const },
  {
    name: "FILE",
    type: "file" as const,
    spec: { file_id: "{{ INPUT.file_id }}" },
    config: { max_chars: MAX_CHARS },
  },
  { name: "OUTPUT", type: "output" as const, spec: { value: "{{ FILE }}" } },
];

/** What the `file` action gives of it, once asked. */
export function useFileText(fileId: string) {
  const { project } = useProject();
  const tools = useTools();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (): Promise<unknown> => {
      const path = { project_id: project.id };
      const found = tools.data?.find(({ name }) => name === READER);
      const made =
        found ??
        (
          await call("POST /api/sdk/p/{project_id}/a", {
            path,
            body: { name: READER, description: WORDS.readerIs, actions: ACTIONS },
          })
        ).tool;
      const { run } = await call("POST /api/sdk/p/{project_id}/a/{tool_id}/r", {
        path: { ...path, tool_id: made.id },
        body: { inputs: [{ file_id: fileId }] },
      });
      if (found === undefined) {
        await queries.invalidateQueries({ queryKey: ["tools"] });
      }
      if (run.error !== undefined) {
        throw new Error(run.error.message);
      }
      return run.results?.flat().at(-1)?.value;
    },
  });
}
