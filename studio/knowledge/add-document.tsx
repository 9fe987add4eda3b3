/** Puts a document in: a text, a page of the web, or a file, which is uploaded first. */
import { Button, Flex, Text, TextArea, TextField } from "@radix-ui/themes";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { nanoid } from "nanoid";
import { type FormEvent, useState } from "react";
import { Link } from "wouter";

import { type Given, call } from "../api/call.ts";
import { upload } from "../api/upload.ts";
import { DropZone } from "../files/drop-zone.tsx";
import { ErrorView } from "../frame/error-view.tsx";
import { useProject } from "../session/project.ts";
import { TEXTS } from "../texts.ts";

const { knowledge: WORDS } = TEXTS;

const PUT = "PUT /api/sdk/p/{project_id}/knowledge/{name}/d/{document_id}";

export function AddDocument({ name }: { name: string }) {
  const [id, setId] = useState("");
  const [text, setText] = useState("");
  const [url, setUrl] = useState("");
  const [tags, setTags] = useState("");
  const put = usePut(name);
  const more = {
    tags: tags
      .split(",")
      .map((tag) => tag.trim())
      .filter(Boolean),
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const source = text === "" ? { source_url: url } : { text };
    put.mutate([{ id: id === "" ? nanoid() : id, body: { ...source, ...more } }]);
  };
  const addFiles = async (files: readonly File[]) => {
    const entries = [];
    for (const file of files) {
      const fileId = await upload(file, { onProgress: () => undefined });
      entries.push({ id: idOf(file.name), body: { file_id: fileId, ...more } });
    }
    await put.mutateAsync(entries);
  };
  const drop = useMutation({ mutationFn: addFiles });
  const error = put.error ?? drop.error;
  return (
    <form onSubmit={submit} className="narrow-form">
      <DropZone label={WORDS.addFiles} hint={WORDS.addFilesHow} onFiles={drop.mutate} />
      <Field label={WORDS.id} value={id} set={setId} />
      <Field label={WORDS.tags} value={tags} set={setTags} />
      <Field label={WORDS.url} value={url} set={setUrl} />
      <label>
        <Text size="2">{WORDS.orText}</Text>
        <TextArea rows={8} value={text} onChange={(event) => setText(event.target.value)} />
      </label>
      {error !== null && <ErrorView error={error} />}
      <Flex gap="3" align="center">
        <Button
          type="submit"
          loading={put.isPending || drop.isPending}
          disabled={text === "" && url === ""}
        >
          {WORDS.put}
        </Button>
        <span role="status" className="facts">
          {put.data?.map((one) => (
            <Link key={one} href={`/knowledge/${name}/${encodeURIComponent(one)}`}>
              {WORDS.isIn(one)}
            </Link>
          ))}
        </span>
      </Flex>
    </form>
  );
}

interface FieldProps {
  label: string;
  value: string;
  set: (value: string) => void;
}

function Field({ label, value, set }: FieldProps) {
  return (
    <label>
      <Text size="2">{label}</Text>
      <TextField.Root value={value} onChange={(event) => set(event.target.value)} />
    </label>
  );
}

/** What an id may hold, of a file's name. */
function idOf(name: string): string {
  return name.replaceAll(/[^\w.-]+/g, "-").slice(0, 128);
}

function usePut(name: string) {
  const { project } = useProject();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (entries: { id: string; body: Given<typeof PUT>["body"] }[]) => {
      for (const { id, body } of entries) {
        await call(PUT, { path: { project_id: project.id, name, document_id: id }, body });
      }
      return entries.map(({ id }) => id);
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ["knowledge"] }),
  });
}
