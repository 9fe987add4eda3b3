import { Badge } from "@radix-ui/themes";
import { useCallback } from "react";
import { Link } from "wouter";

import { Empty } from "../parts/empty.tsx";
import { count, fromSeconds } from "../parts/format.ts";
import { PagedList } from "../parts/paged-list.tsx";
import { When } from "../parts/when.tsx";
import { TEXTS } from "../texts.ts";
import { type Document, stateOf, useDocuments } from "./use-knowledge.ts";

const { knowledge: WORDS } = TEXTS;

const ROW_HEIGHT = 60;

export function DocumentList({ name }: { name: string }) {
  const listed = useDocuments(name);
  const draw = useCallback(
    (document: Document) => (
      <Link href={`/knowledge/${name}/${encodeURIComponent(document.id)}`} className="row">
        <span className="first">
          {document.id} <StateOf document={document} />
        </span>
        <span className="second">
          <When ms={fromSeconds(document.updated_at)} />
          <span className="fixed">{WORDS.passages(document.passage_count)}</span>
          <span className="fixed">{WORDS.chars(count(document.length))}</span>
          <span>{document.tags.join(", ")}</span>
        </span>
      </Link>
    ),
    [name],
  );
  return (
    <div className="boxed-list">
      <PagedList
        label={WORDS.documents}
        listed={listed}
        itemsOf={({ documents }) => documents}
        rowHeight={ROW_HEIGHT}
        keyOf={({ id }) => id}
        draw={draw}
        empty={<Empty title={WORDS.noDocuments}>{WORDS.noDocumentsHow}</Empty>}
      />
    </div>
  );
}

function StateOf({ document }: { document: Document }) {
  const state = stateOf(document);
  return state === "completed" ? null : (
    <Badge color={state === "failed" ? "red" : "amber"} highContrast>
      {state}
    </Badge>
  );
}
