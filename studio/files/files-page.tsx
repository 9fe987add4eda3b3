import "./files.css";
import { Heading, Text } from "@radix-ui/themes";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { Link } from "wouter";

import { type Reply, call } from "../api/call.ts";
import { adviceFor } from "../frame/error-view.tsx";
import { Empty } from "../parts/empty.tsx";
import { bytes } from "../parts/format.ts";
import { ListPage } from "../parts/list-page.tsx";
import { PagedList } from "../parts/paged-list.tsx";
import { When } from "../parts/when.tsx";
import { TEXTS } from "../texts.ts";
import { DropZone } from "./drop-zone.tsx";
import { FileView } from "./file-view.tsx";
import { type Upload, useUploads } from "./use-uploads.ts";

const { files: WORDS } = TEXTS;

const LIST = "GET /api/sdk/files";
const PAGE_SIZE = 50;
const ROW_HEIGHT = 60;

type File = Reply<typeof LIST>["files"][number];

export function FilesPage() {
  return (
    <ListPage
      words={WORDS}
      path="/files/:id"
      list={({ id = null }) => <FileList chosen={id} />}
      view={({ id = "" }) => <FileView key={id} id={id} />}
    />
  );
}

function FileList({ chosen }: { chosen: string | null }) {
  const { uploads, add, forget } = useUploads();
  const listed = useInfiniteQuery({
    queryKey: ["files"],
    queryFn: ({ pageParam: after, signal }) =>
      call(LIST, { query: { limit: PAGE_SIZE, after } }, { signal }),
    initialPageParam: "",
    getNextPageParam: ({ files }) => (files.length < PAGE_SIZE ? undefined : files.at(-1)?.uuid),
  });
  const draw = useCallback(
    (file: File) => (
      <Link href={`/files/${file.uuid}`} className="row" aria-current={file.uuid === chosen}>
        <span className="first">{file.name}</span>
        <span className="second">
          <When ms={Date.parse(file.createdAt)} />
          <span className="fixed">{bytes(file.size)}</span>
          <span>{file.mimeType}</span>
        </span>
      </Link>
    ),
    [chosen],
  );
  return (
    <section className="pane list" aria-label={WORDS.title}>
      <div className="pane-head">
        <Heading as="h2" size="5">
          {WORDS.title}
        </Heading>
        <DropZone label={WORDS.upload} hint={WORDS.drop} onFiles={(files) => void add(files)}>
          {uploads.length > 0 && <Uploads uploads={uploads} forget={forget} />}
        </DropZone>
      </div>
      <PagedList
        label={WORDS.list}
        listed={listed}
        itemsOf={({ files }) => files}
        rowHeight={ROW_HEIGHT}
        keyOf={({ uuid }) => uuid}
        draw={draw}
        empty={<Empty title={WORDS.empty}>{WORDS.emptyHow}</Empty>}
      />
    </section>
  );
}

interface UploadsProps {
  uploads: readonly Upload[];
  forget: (key: string) => void;
}

function Uploads({ uploads, forget }: UploadsProps) {
  return (
    <ul className="plain-list uploads" aria-label={WORDS.uploads}>
      {uploads.map(({ key, name, size, part, id, error }) => (
        <li key={key}>
          <span className="grow">{name}</span>
          {error !== null ? (
            <Text size="1" color="red" highContrast role="alert">
              {adviceFor(error)} {error instanceof Error ? error.message : ""}
            </Text>
          ) : id === null ? (
            <progress value={part} aria-label={WORDS.progress(name)} />
          ) : (
            <Link href={`/files/${id}`}>{bytes(size)}</Link>
          )}
          {(id !== null || error !== null) && (
            <button type="button" aria-label={WORDS.forget(name)} onClick={() => forget(key)}>
              ×
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}
