import { Text } from "@radix-ui/themes";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useSearch } from "wouter";

import { ErrorView } from "../frame/error-view.tsx";
import { fileContent } from "../parts/download.ts";
import { JsonView } from "../parts/json-view.tsx";
import { Waiting } from "../parts/waiting.tsx";
import { TEXTS } from "../texts.ts";
import type { File } from "./file-view.tsx";

const { files: WORDS } = TEXTS;

/** Larger ones are downloaded, not shown. */
const MAX_SHOWN_BYTES = 16 * 1024 * 1024;
const MAX_TEXT_BYTES = 1024 * 1024;

const PICTURE = /^image\/(png|jpeg|gif|webp|avif)$/;
const TEXT = /^text\/|json|csv|yaml|javascript/;

/** Only what no browser takes for a page with scripts. */
function kindOf({ mimeType, size }: File): "picture" | "text" | "pdf" | "none" {
  if (PICTURE.test(mimeType) && size <= MAX_SHOWN_BYTES) {
    return "picture";
  }
  if (mimeType === "application/pdf" && size <= MAX_SHOWN_BYTES) {
    return "pdf";
  }
  return TEXT.test(mimeType) && size <= MAX_TEXT_BYTES ? "text" : "none";
}

export function FilePreview({ file }: { file: File }) {
  const kind = kindOf(file);
  const { data, error, refetch } = useQuery({
    queryKey: ["file", file.uuid, "content"],
    queryFn: ({ signal }) => fileContent(file.uuid, signal),
    enabled: kind !== "none",
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  if (kind === "none") {
    return <Text size="2">{WORDS.noPreview}</Text>;
  }
  if (error !== null) {
    return <ErrorView error={error} retry={() => void refetch()} />;
  }
  if (data === undefined) {
    return <Waiting />;
  }
  return kind === "text" ? (
    <TextOf file={file} content={data} />
  ) : (
    <Shown file={file} content={data} />
  );
}

function TextOf({ file, content }: { file: File; content: Blob }) {
  const { data } = useQuery({
    queryKey: ["file", file.uuid, "as text"],
    queryFn: () => content.text(),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  return data === undefined ? <Waiting /> : <JsonView label={file.name} value={data} />;
}

function Shown({ file, content }: { file: File; content: Blob }) {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    const made = URL.createObjectURL(content);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [content]);
  const page = /^page=\d+$/.exec(useSearch());
  if (url === null) {
    return null;
  }
  return file.mimeType === "application/pdf" ? (
    <iframe className="pdf" src={page === null ? url : `${url}#${page[0]}`} title={file.name} />
  ) : (
    <img className="preview" src={url} alt={file.name} />
  );
}
