import { Button, Flex, Heading, TextField } from "@radix-ui/themes";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useCallback, useState } from "react";
import { Link, useLocation } from "wouter";

import { call } from "../api/call.ts";
import { ErrorView } from "../frame/error-view.tsx";
import { Empty } from "../parts/empty.tsx";
import { ListPage } from "../parts/list-page.tsx";
import { VirtualList } from "../parts/virtual-list.tsx";
import { Waiting } from "../parts/waiting.tsx";
import { useProject } from "../session/project.ts";
import { TEXTS } from "../texts.ts";
import { BaseView } from "./base-view.tsx";
import { type Base, useBases } from "./use-knowledge.ts";

const { knowledge: WORDS } = TEXTS;

const ROW_HEIGHT = 60;

export function KnowledgePage() {
  return (
    <ListPage
      words={WORDS}
      path="/knowledge/:name/:document?"
      list={({ name = null }) => <BaseList chosen={name} />}
      view={({ name = "", document = null }) => (
        <BaseView key={name} name={name} documentId={document} />
      )}
    />
  );
}

function BaseList({ chosen }: { chosen: string | null }) {
  return (
    <section className="pane list" aria-label={WORDS.title}>
      <div className="pane-head">
        <Heading as="h2" size="5">
          {WORDS.title}
        </Heading>
        <NewBase />
      </div>
      <Rows chosen={chosen} />
    </section>
  );
}

function NewBase() {
  const { project } = useProject();
  const queries = useQueryClient();
  const [, go] = useLocation();
  const [name, setName] = useState("");
  const create = useMutation({
    mutationFn: () =>
      call("POST /api/sdk/p/{project_id}/knowledge", {
        path: { project_id: project.id },
        body: { name: name.trim() },
      }),
    onSuccess: async ({ knowledge }) => {
      setName("");
      await queries.invalidateQueries({ queryKey: ["knowledge"] });
      go(`/knowledge/${knowledge.name}`);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Flex gap="2">
        <TextField.Root
          className="grow"
          aria-label={WORDS.newName}
          placeholder={WORDS.newName}
          value={name}
          required
          onChange={(event) => setName(event.target.value)}
        />
        <Button
          type="submit"
          variant="surface"
          color="gray"
          highContrast
          loading={create.isPending}
        >
          {WORDS.create}
        </Button>
      </Flex>
      {create.error !== null && <ErrorView error={create.error} />}
    </form>
  );
}

function Rows({ chosen }: { chosen: string | null }) {
  const { data, error, refetch } = useBases();
  const draw = useCallback(
    (base: Base) => (
      <Link href={`/knowledge/${base.name}`} className="row" aria-current={base.name === chosen}>
        <span className="first">{base.name}</span>
        <span className="second">
          <span className="fixed">{WORDS.counts(base.document_count, base.passage_count)}</span>
          <span>{base.embedding?.model_id ?? WORDS.words}</span>
        </span>
      </Link>
    ),
    [chosen],
  );
  if (error !== null) {
    return <ErrorView error={error} retry={() => void refetch()} />;
  }
  if (data === undefined) {
    return <Waiting />;
  }
  return data.length === 0 ? (
    <Empty title={WORDS.empty}>{WORDS.emptyHow}</Empty>
  ) : (
    <VirtualList
      label={WORDS.list}
      items={data}
      rowHeight={ROW_HEIGHT}
      keyOf={({ name }) => name}
      draw={draw}
      hasMore={false}
      loadMore={() => undefined}
    />
  );
}
