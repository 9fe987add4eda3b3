/** Files of messages as parts with an address that a page can show. */
import { type Context, Hono } from "hono";

import { mayCall, scopeOf } from "../../domain/access/caller";
import type { Message } from "../../domain/message";
import { getFile, getFiles } from "../../store/files/files";
import { databaseOf } from "../../store/sql/databases";
import { fileLinks, openFileLink } from "../shared/access/file-link";
import type { AppEnv } from "../shared/app-env";
import { unwrap } from "../shared/reply/fail";
import { sendFile } from "../shared/reply/send-file";
import { refuseWrongHost } from "../shared/request/refuse-wrong-host";

interface FileChunk {
  type: "file";
  mediaType: string;
  filename: string;
  url: string;
}

/** By the file's id; those that the caller may not have are not in it. */
export type LinkedFiles = ReadonlyMap<string, FileChunk>;

const NONE: LinkedFiles = new Map();

/** What is told of the files that these messages name. */
export async function linkFiles(
  c: Context<AppEnv>,
  messages: readonly Message[],
): Promise<LinkedFiles> {
  const ids = [...new Set(messages.flatMap(fileIdsIn))];
  const { caller } = c.var;
  if (ids.length === 0 || !mayCall(caller, { scope: "read", verb: "files:read" })) {
    return NONE;
  }
  const [files, linkTo] = await Promise.all([
    getFiles(databaseOf(c.env, caller), scopeOf(caller), ids),
    fileLinks(c),
  ]);
  const linked = files.map(async ({ id, mimeType, name }) => {
    const url = await linkTo(id);
    return [id, { type: "file", mediaType: mimeType, filename: name, url }] as const;
  });
  return new Map(await Promise.all(linked));
}

/** Of its own, and of its parts. */
export function fileIdsIn({ fileIds, parts }: Pick<Message, "fileIds" | "parts">): string[] {
  const inParts = (parts ?? []).flatMap((part) =>
    part.type === "file" ? [part.id] : part.type === "image_file" ? [part.file_id] : [],
  );
  return [...new Set([...fileIds, ...inParts])];
}

/** Where those addresses lead: the file, to whoever has the link. */
export const linkedFiles = new Hono<AppEnv>().get("/:file_id", async (c) => {
  refuseWrongHost(c.req.raw);
  const fileId = c.req.param("file_id");
  const { projectId } = await openFileLink(c, fileId, c.req.query());
  const everybody = { projectId, endUserId: null, threadId: null };
  const file = unwrap(await getFile(databaseOf(c.env, everybody), everybody, fileId));
  const sent = await sendFile(c.req.raw, c.env.FILES, file);
  // A page of any origin may show it, one that isolates itself too.
  sent.headers.set("Cross-Origin-Resource-Policy", "cross-origin");
  return sent;
});
