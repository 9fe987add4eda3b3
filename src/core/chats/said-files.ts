/**
 * Files that a message of a chat brings along. A client sends a message again that it is not sure of, with its
 * files: a file's id is made of the message and the bytes, so that the same message has the same files.
 */
import { type Caller, mayCall, scopeOf } from "../../domain/access/caller";
import type { Failure } from "../../domain/failure";
import { fileIdOf } from "../../domain/ids";
import { checkFiles, createFile } from "../../store/files/files";
import { fileKey } from "../../store/files/objects";
import { allRows } from "../../store/sql/batch";
import { databaseOf } from "../../store/sql/databases";
import type { CoreContext } from "../context";

/** A file of the project, or one that comes with its message. */
export type SaidFile = { id: string } | SentFile;

interface SentFile {
  name: string;
  mimeType: string;
  bytes: Uint8Array;
}

type NamedFile = SentFile & { id: string };

export interface NamedFiles {
  /** Of all of them, in their order. */
  ids: string[];
  /** Those that came with the message. */
  sent: NamedFile[];
}

/** @param of What the message is of: its project, its thread, its own id. */
export async function nameFiles(
  of: readonly string[],
  files: readonly SaidFile[],
): Promise<NamedFiles> {
  const named = await Promise.all(
    files.map(async (file, index) =>
      "bytes" in file ? { ...file, id: await idOf([...of, String(index)], file) } : file,
    ),
  );
  return {
    ids: named.map(({ id }) => id),
    sent: named.filter((file): file is NamedFile => "bytes" in file),
  };
}

/** Stores those that are not there yet; null where nothing stands against it. */
export async function storeSentFiles(
  caller: Caller,
  { env }: Pick<CoreContext, "env">,
  sent: readonly NamedFile[],
): Promise<Failure | null> {
  if (!mayCall(caller, { scope: "write", verb: "files:create" })) {
    const needs = caller.kind === "key" ? "write" : "files:create";
    return { kind: "forbidden", needs };
  }
  const db = databaseOf(env, caller);
  const scope = scopeOf(caller);
  const ids = sent.map(({ id }) => id);
  const asked = checkFiles(db, scope, ids);
  const unknown = new Set(asked === null ? [] : (await allRows(asked)).map(({ id }) => id));
  // One after the other: bytes of one at a time are on their way, and a quota names the file that is too much.
  for (const { bytes, ...file } of sent.filter(({ id }) => unknown.has(id))) {
    await env.FILES.put(fileKey(caller.projectId, file.id), bytes);
    await createFile(db, scope, { ...file, size: bytes.byteLength, nowMs: Date.now() });
  }
  return null;
}

async function idOf(of: readonly string[], { name, mimeType, bytes }: SentFile): Promise<string> {
  const content = [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))];
  const named = new TextEncoder().encode(JSON.stringify([...of, name, mimeType, content]));
  return fileIdOf(new Uint8Array(await crypto.subtle.digest("SHA-256", named)));
}
