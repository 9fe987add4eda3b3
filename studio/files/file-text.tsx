/**
 * A file's text as tools get it, page by page. No call gives it: a tool of one `file` action does,
 * which is deployed at the first asking and found again by its name.
 */
import { Button, Callout, Flex, Heading, Text } from "@radix-ui/themes";
import { useMutation, useQueryClient } from "@tanstack/react-query";

import { call } from "../api/call.ts";
import { asText, isObject } from "../api/json.ts";
import { ErrorView } from "../frame/error-view.tsx";
import { JsonView } from "../parts/json-view.tsx";
import { useProject } from "../session/project.ts";
import { TEXTS } from "../texts.ts";
import { useTools } from "../tools/use-tools.ts";
import type { File } from "./file-view.tsx";

const { files: WORDS } = TEXTS;

const READER = "studio_file_text";
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

interface Page {
  number: string;
  text: string;
}

export function FileText({ file }: { file: File }) {
  const read = useRead(file);
  return (
    <Flex direction="column" gap="3">
      <Flex gap="3" align="center" wrap="wrap">
        <Button loading={read.isPending} onClick={() => read.mutate()}>
          {WORDS.read}
        </Button>
        <Text size="1" color="gray" highContrast>
          {WORDS.readHow(READER)}
        </Text>
      </Flex>
      {read.error !== null && <ErrorView error={read.error} />}
      {read.data !== undefined && (
        <Pages pages={pagesOf(read.data)} isCut={isTruncated(read.data)} />
      )}
    </Flex>
  );
}

function Pages({ pages, isCut }: { pages: Page[]; isCut: boolean }) {
  return (
    <>
      {isCut && (
        <Callout.Root color="amber" highContrast>
          <Callout.Text>{WORDS.cut}</Callout.Text>
        </Callout.Root>
      )}
      {pages.map(({ number, text }) => (
        <section key={number} aria-label={WORDS.page(number)} className="file-page">
          <Heading as="h3" size="2" mb="2">
            {WORDS.page(number)}
          </Heading>
          <JsonView label={WORDS.page(number)} value={text === "" ? WORDS.noText : text} />
        </section>
      ))}
    </>
  );
}

function useRead(file: File) {
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
        body: { inputs: [{ file_id: file.uuid }] },
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

/** A document without pages is one. */
function pagesOf(output: unknown): Page[] {
  if (!isObject(output)) {
    return [{ number: "1", text: asText(output) }];
  }
  const pages: unknown[] = Array.isArray(output["pages"]) ? output["pages"] : [];
  return pages.length === 0
    ? [{ number: "1", text: asText(output["text"]) }]
    : pages
        .filter(isObject)
        .map(({ number, text }) => ({ number: asText(number), text: asText(text) }));
}

function isTruncated(output: unknown): boolean {
  return isObject(output) && output["truncated"] === true;
}
