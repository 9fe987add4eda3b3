/** The text of a document, wherever the client has it: in the request, in a file, on the web. */
import { extractText, detectType } from "../documents/index";
import { ActionFailure } from "../domain/action-failure";
import { type Outcome, failed, invalidBody, success } from "../domain/failure";
import { extractOnce, sourceOf } from "../engine/extracted-text/extract-once";
import type { RunPorts } from "../engine/ports";
import { sourceOfResponse } from "../engine/response-source";
import { ACTION, KNOWLEDGE } from "../limits";
import { guardedFetch } from "../net/guarded-fetch";

/** Where a document's text comes from. */
export type DocumentSource =
  | { field: "text"; text: string }
  | { field: "file_id"; fileId: string }
  | { field: "source_url"; url: string };

export interface SourcedText {
  text: string;
  fileId: string | null;
  sourceUrl: string | null;
}

/** What reading a source needs of the world. */
export type SourcePorts = Pick<RunPorts, "files" | "fetch" | "outbound">;

const FIRST_ERROR_STATUS = 400;

/** A source that cannot be read, or holds no word, is `invalid` at its field. */
export async function readSource(
  source: DocumentSource,
  ports: SourcePorts,
  signal: AbortSignal,
): Promise<Outcome<SourcedText>> {
  try {
    const sourced = await read(source, ports, signal);
    return sourced.text.trim() === ""
      ? failed(invalidBody([source.field], "holds no text"))
      : success(sourced);
  } catch (error) {
    if (error instanceof ActionFailure) {
      return failed(invalidBody([source.field], `cannot be read: ${error.message}`));
    }
    throw error;
  }
}

/** The text of a file. Throws ActionFailure where it cannot be read or holds no word. */
export async function readFileText(
  fileId: string,
  ports: Pick<SourcePorts, "files">,
  signal: AbortSignal,
): Promise<string> {
  const text = await fileText(fileId, ports, signal);
  if (text.trim() === "") {
    throw new ActionFailure("file_empty", "The file holds no text.");
  }
  return text;
}

/** Why the file cannot become a document, as far as its first bytes tell; null where it can. */
export async function problemOfFile(
  fileId: string,
  { files }: Pick<SourcePorts, "files">,
): Promise<string | null> {
  const file = (await files.describe([fileId])).get(fileId);
  if (file === undefined) {
    return null;
  }
  try {
    await detectType(sourceOf(file, files));
    return null;
  } catch (error) {
    if (error instanceof ActionFailure) {
      return `Unsupported file ${file.name}: ${error.message}`;
    }
    throw error;
  }
}

async function read(
  source: DocumentSource,
  ports: SourcePorts,
  signal: AbortSignal,
): Promise<SourcedText> {
  switch (source.field) {
    case "text":
      return { text: source.text, fileId: null, sourceUrl: null };
    case "file_id":
      return {
        text: await fileText(source.fileId, ports, signal),
        fileId: source.fileId,
        sourceUrl: null,
      };
    case "source_url":
      return {
        text: await pageText(source.url, ports, signal),
        fileId: null,
        sourceUrl: source.url,
      };
  }
}

async function fileText(
  fileId: string,
  { files }: Pick<SourcePorts, "files">,
  signal: AbortSignal,
): Promise<string> {
  const file = (await files.describe([fileId])).get(fileId);
  if (file === undefined) {
    throw new ActionFailure("file_not_found", `there is no file "${fileId}" in this project`);
  }
  const stored = await extractOnce(file, files, signal);
  // One character more than is taken: what is longer is refused for its length.
  return (await stored.readText(KNOWLEDGE.documentMaxBytes + 1)).text;
}

async function pageText(url: string, ports: SourcePorts, signal: AbortSignal): Promise<string> {
  const response = await guardedFetch(
    ports.fetch,
    { url },
    {
      ...ports.outbound,
      timeoutMs: ACTION.requestDefaultTimeoutMs,
      maxBytes: ACTION.responseMaxBytes,
      signal,
    },
  );
  if (response.status >= FIRST_ERROR_STATUS) {
    throw new ActionFailure("request_failed", `it answered with status ${response.status}`);
  }
  return (await extractText(sourceOfResponse(response), { signal })).text;
}
