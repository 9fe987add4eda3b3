import { Flex } from "@radix-ui/themes";

import { asText, isObject } from "../api/json.ts";
import { PassageView } from "../citations/passage-view.tsx";
import { TEXTS } from "../texts.ts";

const { citations: WORDS } = TEXTS;

interface SourcePassagesProps {
  /** Of the document, where nothing beside them names it. */
  title?: string;
  /** A source's `providerMetadata`. */
  metadata: unknown;
}

/** What an answer had of a document. */
export function SourcePassages({ title, metadata }: SourcePassagesProps) {
  const { documentId, fileId, found } = readSource(metadata);
  if (found.length === 0) {
    return title === undefined ? null : <div>{title}</div>;
  }
  const counted = WORDS.passages(found.length);
  return (
    <details className="passage">
      <summary>{title === undefined ? counted : `${title} · ${counted}`}</summary>
      <Flex direction="column" gap="4" my="2">
        {found.map((passage, index) => (
          <PassageView key={index} passage={{ ...passage, documentId, fileId }} />
        ))}
      </Flex>
    </details>
  );
}

function readSource(metadata: unknown) {
  const bobbin = isObject(metadata) && isObject(metadata["bobbin"]) ? metadata["bobbin"] : {};
  const { documentId, fileId, passages } = bobbin;
  return {
    documentId: asText(documentId),
    fileId: typeof fileId === "string" ? fileId : null,
    found: Array.isArray(passages) ? passages.filter(isObject).map(readPassage) : [],
  };
}

function readPassage({ text, pages }: Record<string, unknown>) {
  const numbers: unknown[] = Array.isArray(pages) ? pages : [];
  return { text: asText(text), pages: numbers.filter((page) => typeof page === "number") };
}
