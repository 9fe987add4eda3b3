import { Button, Flex, Heading } from "@radix-ui/themes";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ArrowLeft } from "lucide-react";
import { Link, useLocation } from "wouter";

import { type Reply, call } from "../api/call.ts";
import { ErrorView } from "../frame/error-view.tsx";
import { Confirm } from "../parts/confirm.tsx";
import { JsonView } from "../parts/json-view.tsx";
import { SafeLink } from "../parts/safe-link.tsx";
import { Waiting } from "../parts/waiting.tsx";
import { useProject } from "../session/project.ts";
import { TEXTS } from "../texts.ts";

const { knowledge: WORDS } = TEXTS;

interface DocumentName {
  name: string;
  id: string;
}

export function DocumentView({ name, id }: DocumentName) {
  const { project } = useProject();
  const { data, error, refetch } = useQuery({
    queryKey: ["knowledge", name, "document", id],
    queryFn: ({ signal }) =>
      call(
        "GET /api/sdk/p/{project_id}/knowledge/{name}/d/{document_id}",
        { path: { project_id: project.id, name, document_id: id } },
        { signal },
      ),
  });
  return (
    <Flex direction="column" gap="3">
      <Flex gap="3" align="center">
        <Link href={`/knowledge/${name}`} className="facts-link">
          <ArrowLeft size={16} aria-label={WORDS.toBase(name)} />
        </Link>
        <Heading as="h3" size="3" className="grow" truncate>
          {id}
        </Heading>
        <RemoveDocument name={name} id={id} />
      </Flex>
      {error !== null && <ErrorView error={error} retry={() => void refetch()} />}
      {data === undefined ? error === null && <Waiting /> : <Known document={data.document} />}
    </Flex>
  );
}

type Whole = Reply<"GET /api/sdk/p/{project_id}/knowledge/{name}/d/{document_id}">["document"];

function Known({
  document: { source_url: from, file_id: file, text, ...rest },
}: {
  document: Whole;
}) {
  return (
    <>
      <Flex gap="3" className="facts">
        {from !== undefined && <SafeLink href={from}>{from}</SafeLink>}
        {file !== undefined && <Link href={`/files/${file}`}>{WORDS.itsFile}</Link>}
      </Flex>
      <JsonView label={WORDS.known} value={rest} />
      <JsonView label={WORDS.text} value={text} />
    </>
  );
}

function RemoveDocument({ name, id }: DocumentName) {
  const { project } = useProject();
  const queries = useQueryClient();
  const [, go] = useLocation();
  const remove = useMutation({
    mutationFn: () =>
      call("DELETE /api/sdk/p/{project_id}/knowledge/{name}/d/{document_id}", {
        path: { project_id: project.id, name, document_id: id },
      }),
    onSuccess: async () => {
      go(`/knowledge/${name}`);
      await queries.invalidateQueries({ queryKey: ["knowledge"] });
    },
  });
  return (
    <>
      {remove.error !== null && <ErrorView error={remove.error} />}
      <Confirm
        title={WORDS.removeDocument}
        question={WORDS.removeDocumentAsk}
        action={WORDS.removeDocument}
        onConfirm={() => remove.mutate()}
      >
        <Button size="1" variant="surface" color="red" highContrast loading={remove.isPending}>
          {WORDS.removeDocument}
        </Button>
      </Confirm>
    </>
  );
}
