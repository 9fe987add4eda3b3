import { Flex, Heading, Tabs, Text } from "@radix-ui/themes";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ArrowLeft } from "lucide-react";
import { Link, useLocation } from "wouter";

import { call } from "../api/call.ts";
import { RemoveButton } from "../parts/remove-button.tsx";
import { useProject } from "../session/project.ts";
import { TEXTS } from "../texts.ts";
import { AddDocument } from "./add-document.tsx";
import { DocumentList } from "./document-list.tsx";
import { DocumentView } from "./document-view.tsx";
import { SearchBox } from "./search-box.tsx";
import { useBases } from "./use-knowledge.ts";

const { knowledge: WORDS } = TEXTS;

export function BaseView({ name, documentId }: { name: string; documentId: string | null }) {
  const { data } = useBases();
  const base = data?.find((one) => one.name === name);
  return (
    <section className="pane detail" aria-label={WORDS.one(name)}>
      <div className="pane-head">
        <Flex align="center" gap="3">
          <Link className="only-narrow" href="/knowledge">
            <ArrowLeft size={18} aria-label={WORDS.back} />
          </Link>
          <Heading as="h2" size="4" truncate className="grow">
            {name}
          </Heading>
          <RemoveBase name={name} />
        </Flex>
        {base !== undefined && (
          <Text size="2">
            {WORDS.counts(base.document_count, base.passage_count)} ·{" "}
            {base.embedding?.model_id ?? WORDS.words}
          </Text>
        )}
      </div>
      <div className="scroll">
        <div className="column wide-column">
          {documentId === null ? (
            <BaseTabs name={name} />
          ) : (
            <DocumentView key={documentId} name={name} id={documentId} />
          )}
        </div>
      </div>
    </section>
  );
}

function BaseTabs({ name }: { name: string }) {
  return (
    <Tabs.Root defaultValue="search">
      <Tabs.List>
        <Tabs.Trigger value="search">{WORDS.search}</Tabs.Trigger>
        <Tabs.Trigger value="documents">{WORDS.documents}</Tabs.Trigger>
        <Tabs.Trigger value="add">{WORDS.add}</Tabs.Trigger>
      </Tabs.List>
      <div className="tab">
        <Tabs.Content value="search">
          <SearchBox name={name} />
        </Tabs.Content>
        <Tabs.Content value="documents">
          <DocumentList name={name} />
        </Tabs.Content>
        <Tabs.Content value="add">
          <AddDocument name={name} />
        </Tabs.Content>
      </div>
    </Tabs.Root>
  );
}

function RemoveBase({ name }: { name: string }) {
  const { project } = useProject();
  const queries = useQueryClient();
  const [, go] = useLocation();
  const remove = useMutation({
    mutationFn: () =>
      call("DELETE /api/sdk/p/{project_id}/knowledge/{name}", {
        path: { project_id: project.id, name },
      }),
    onSuccess: async () => {
      go("/knowledge");
      await queries.invalidateQueries({ queryKey: ["knowledge"] });
    },
  });
  return (
    <>
      {remove.error !== null && (
        <Text size="1" color="red" highContrast role="alert">
          {remove.error.message}
        </Text>
      )}
      <RemoveButton words={WORDS} removal={remove} />
    </>
  );
}
