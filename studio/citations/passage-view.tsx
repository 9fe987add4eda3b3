import { Button, Flex, Text } from "@radix-ui/themes";
import { Link } from "wouter";

import { pageOf, pagesOf } from "../files/file-pages.ts";
import { useFileText } from "../files/use-file-text.ts";
import { ErrorView } from "../frame/error-view.tsx";
import { TEXTS } from "../texts.ts";
import type { Passage } from "./citations.ts";

const { citations: WORDS } = TEXTS;

/** The text of a passage, and where it stands. */
export function PassageView({ passage }: { passage: Omit<Passage, "title"> }) {
  const { text, documentId, fileId, pages: [page = null] = [] } = passage;
  return (
    <Flex direction="column" gap="3">
      {fileId === null ? (
        <Text size="2">{WORDS.document(documentId)}</Text>
      ) : (
        <PlaceInFile fileId={fileId} text={text} known={page === null ? null : `${page}`} />
      )}
      <blockquote className="wrap passage-text cited">{text}</blockquote>
    </Flex>
  );
}

interface PlaceInFileProps {
  fileId: string;
  text: string;
  /** Its page as the citation tells it. */
  known: string | null;
}

/** Its page, where the citation or its text tells it, or else once the file is read. */
function PlaceInFile({ fileId, text, known }: PlaceInFileProps) {
  const read = useFileText(fileId);
  const page = known ?? pageOf(text, read.data === undefined ? [] : pagesOf(read.data));
  return (
    <Flex direction="column" gap="2">
      <Flex gap="3" align="center" wrap="wrap" className="facts">
        <Link href={`/files/${fileId}${page === null ? "" : `?page=${page}`}`}>
          {page === null ? WORDS.file : WORDS.fileAt(page)}
        </Link>
        {page === null && read.data === undefined && (
          <Button
            size="1"
            variant="surface"
            color="gray"
            highContrast
            loading={read.isPending}
            onClick={() => read.mutate()}
          >
            {WORDS.findPage}
          </Button>
        )}
        {page === null && read.data !== undefined && <Text size="2">{WORDS.noPage}</Text>}
      </Flex>
      {read.error !== null && <ErrorView error={read.error} />}
    </Flex>
  );
}
