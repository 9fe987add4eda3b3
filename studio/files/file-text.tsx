/** A file's text as tools get it, page by page. */
import { Button, Callout, Flex, Heading, Text } from "@radix-ui/themes";

import { ErrorView } from "../frame/error-view.tsx";
import { JsonView } from "../parts/json-view.tsx";
import { TEXTS } from "../texts.ts";
import { type FilePage, isTruncated, pagesOf } from "./file-pages.ts";
import type { File } from "./file-view.tsx";
import { READER, useFileText } from "./use-file-text.ts";

const { files: WORDS } = TEXTS;

export function FileText({ file }: { file: File }) {
  const read = useFileText(file.uuid);
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

function Pages({ pages, isCut }: { pages: FilePage[]; isCut: boolean }) {
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
