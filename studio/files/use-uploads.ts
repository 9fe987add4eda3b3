import { useQueryClient } from "@tanstack/react-query";
import { nanoid } from "nanoid";
import { useState } from "react";

import { upload } from "../api/upload.ts";

export interface Upload {
  key: string;
  name: string;
  size: number;
  /** From 0 to 1. */
  part: number;
  /** Set once it is there. */
  id: string | null;
  error: unknown;
}

/** Files on their way up, one after the other. */
export function useUploads() {
  const queries = useQueryClient();
  const [uploads, setUploads] = useState<readonly Upload[]>([]);
  const change = (key: string, with_: Partial<Upload>) =>
    setUploads((now) => now.map((one) => (one.key === key ? { ...one, ...with_ } : one)));
  const add = async (files: readonly File[]): Promise<void> => {
    const named = files.map((file) => ({ file, key: nanoid() }));
    setUploads((now) => [
      ...named.map(({ file, key }) => ({
        key,
        name: file.name,
        size: file.size,
        part: 0,
        id: null,
        error: null,
      })),
      ...now,
    ]);
    for (const { file, key } of named) {
      try {
        const id = await upload(file, { onProgress: (part) => change(key, { part }) });
        change(key, { part: 1, id });
      } catch (error) {
        change(key, { error });
      }
    }
    await queries.invalidateQueries({ queryKey: ["files"] });
  };
  const forget = (key: string) => setUploads((now) => now.filter((one) => one.key !== key));
  return { uploads, add, forget };
}
