import { Button, Flex, Heading, Tabs, Text } from "@radix-ui/themes";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ArrowLeft, Download } from "lucide-react";
import { Link, useLocation } from "wouter";

import { type Reply, call } from "../api/call.ts";
import { ErrorView } from "../frame/error-view.tsx";
import { CopyButton } from "../parts/copy-button.tsx";
import { fileContent, saveAs } from "../parts/download.ts";
import { bytes } from "../parts/format.ts";
import { RemoveButton } from "../parts/remove-button.tsx";
import { Waiting } from "../parts/waiting.tsx";
import { When } from "../parts/when.tsx";
import { TEXTS } from "../texts.ts";
import { FilePreview } from "./file-preview.tsx";
import { FileText } from "./file-text.tsx";

const { files: WORDS } = TEXTS;

export type File = Reply<"GET /api/sdk/files/{file_id}">["file"];

export function FileView({ id }: { id: string }) {
  const { data, error, refetch } = useQuery({
    queryKey: ["file", id],
    queryFn: async ({ signal }) =>
      (await call("GET /api/sdk/files/{file_id}", { path: { file_id: id } }, { signal })).file,
  });
  return (
    <section className="pane detail" aria-label={WORDS.one(data?.name ?? id)}>
      <div className="pane-head">
        <Flex align="center" gap="3">
          <Link className="only-narrow" href="/files">
            <ArrowLeft size={18} aria-label={WORDS.back} />
          </Link>
          <Heading as="h2" size="4" truncate className="grow" title={data?.name}>
            {data?.name ?? id}
          </Heading>
          {data !== undefined && <FileButtons file={data} />}
        </Flex>
        {data !== undefined && (
          <Flex gap="3" wrap="wrap" align="center" className="facts">
            <Text size="2">{data.mimeType}</Text>
            <Text size="2">{bytes(data.size)}</Text>
            <When ms={Date.parse(data.createdAt)} />
            <CopyButton text={id} label={WORDS.copyId} />
          </Flex>
        )}
      </div>
      <div className="scroll">
        <div className="column wide-column">
          {error !== null && <ErrorView error={error} retry={() => void refetch()} />}
          {data === undefined ? error === null && <Waiting /> : <FileTabs file={data} />}
        </div>
      </div>
    </section>
  );
}

function FileTabs({ file }: { file: File }) {
  return (
    <Tabs.Root defaultValue="preview">
      <Tabs.List>
        <Tabs.Trigger value="preview">{WORDS.preview}</Tabs.Trigger>
        <Tabs.Trigger value="text">{WORDS.text}</Tabs.Trigger>
      </Tabs.List>
      <div className="tab">
        <Tabs.Content value="preview">
          <FilePreview file={file} />
        </Tabs.Content>
        <Tabs.Content value="text">
          <FileText file={file} />
        </Tabs.Content>
      </div>
    </Tabs.Root>
  );
}

function FileButtons({ file }: { file: File }) {
  const [, go] = useLocation();
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: async () => saveAs(file.name, await fileContent(file.uuid)),
  });
  const remove = useMutation({
    mutationFn: () => call("DELETE /api/sdk/files/{file_id}", { path: { file_id: file.uuid } }),
    onSuccess: async () => {
      go("/files");
      await queries.invalidateQueries({ queryKey: ["files"] });
    },
  });
  const error = save.error ?? remove.error;
  return (
    <>
      {error !== null && (
        <Text size="1" color="red" highContrast role="alert">
          {error.message}
        </Text>
      )}
      <Button
        size="1"
        variant="surface"
        color="gray"
        highContrast
        loading={save.isPending}
        onClick={() => save.mutate()}
      >
        <Download size={13} aria-hidden /> {WORDS.download}
      </Button>
      <RemoveButton words={WORDS} removal={remove} />
    </>
  );
}
