import { Button, Text } from "@radix-ui/themes";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Paperclip } from "lucide-react";
import { useEffect, useState } from "react";

import { call } from "../api/call.ts";
import { adviceFor } from "../frame/error-view.tsx";
import { fileContent, saveAs } from "../parts/download.ts";
import { bytes } from "../parts/format.ts";

/** Pictures up to this size are shown at once. */
const MAX_SHOWN_BYTES = 2 * 1024 * 1024;
const PICTURE = /^image\/(png|jpeg|gif|webp|avif)$/;

/** A file that a message names: its name and size; a small picture as itself. */
export function FileChip({ id }: { id: string }) {
  const { data, error } = useQuery({
    queryKey: ["file", id],
    queryFn: async ({ signal }) =>
      (await call("GET /api/sdk/files/{file_id}", { path: { file_id: id } }, { signal })).file,
  });
  const save = useMutation({
    mutationFn: async () => saveAs(data?.name ?? id, await fileContent(id)),
  });
  const isShown = data !== undefined && PICTURE.test(data.mimeType) && data.size <= MAX_SHOWN_BYTES;
  return (
    <>
      {isShown && <Picture id={id} name={data.name} />}
      <Button
        size="1"
        variant="surface"
        color="gray"
        highContrast
        loading={save.isPending}
        onClick={() => save.mutate()}
      >
        <Paperclip size={13} aria-hidden />
        {data === undefined ? id : `${data.name} · ${bytes(data.size)}`}
      </Button>
      {(error ?? save.error) !== null && (
        <Text size="1" color="red" highContrast>
          {adviceFor(error ?? save.error)}
        </Text>
      )}
    </>
  );
}

function Picture({ id, name }: { id: string; name: string }) {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    const leaving = new AbortController();
    let made: string | null = null;
    const show = async () => {
      made = URL.createObjectURL(await fileContent(id, leaving.signal));
      setUrl(made);
    };
    // The button below says what is wrong with a file that cannot be had.
    show().catch(() => setUrl(null));
    return () => {
      leaving.abort();
      if (made !== null) {
        URL.revokeObjectURL(made);
      }
    };
  }, [id]);
  return url === null ? null : <img className="picture" src={url} alt={name} />;
}
