/** A file as a page sends it: its bytes as a data URL, a file that is here already, or one of another server. */
import type { SaidFile } from "../../core/chats/said-files";
import { type Issue, invalidBody } from "../../domain/failure";
import type { MessagePart } from "../../domain/message";
import { mediaTypeOf, safeFileName } from "../../domain/names/file-name";
import { ACTION, CHAT } from "../../limits";
import { fail } from "../shared/reply/fail";

interface FilePart {
  mediaType: string;
  filename?: string | undefined;
  url: string;
}

/** What it becomes: a file of the thread, or a part that names what is elsewhere. */
type ReadFile = { file: SaidFile } | { linked: MessagePart };

/** Other servers are never asked for what they have. */
export function readFilePart(part: FilePart, path: Issue["path"], ownHost: string): ReadFile {
  const { mediaType, filename, url } = part;
  if (/^data:/i.test(url)) {
    const read = readDataUrl(part) ?? fail(invalidBody([...path, "url"], "is no data URL"));
    return read.bytes.byteLength === 0
      ? fail(invalidBody([...path, "url"], "must not be of an empty file"))
      : { file: read };
  }
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) {
    const rule = "must be a data: URL or an https: address; larger files are uploaded first";
    return fail(invalidBody([...path, "url"], rule));
  }
  if (url.length > ACTION.urlMaxChars) {
    fail(invalidBody([...path, "url"], `must have at most ${ACTION.urlMaxChars} characters`));
  }
  const id = ownFileId(new URL(url), ownHost);
  if (id !== null) {
    return { file: { id } };
  }
  return mediaType.startsWith("image/")
    ? { linked: { type: "image_url", url } }
    : { linked: { type: "link", url, ...(filename === undefined ? {} : { title: filename }) } };
}

/** Of an address that this deployment gives its files, whatever is signed with it. */
function ownFileId({ host, pathname }: URL, ownHost: string): string | null {
  const [, id = null] = OWN_FILE.exec(pathname) ?? [];
  return host === ownHost ? id : null;
}

const OWN_FILE = /^(?:\/f|\/api\/sdk\/files)\/([0-9a-f-]{36})(?:\/content)?$/;

const DATA_URL = /^data:([^,]*),/i;

/** RFC 2397. Null where it is none. */
function readDataUrl({
  mediaType,
  filename,
  url,
}: FilePart): Exclude<SaidFile, { id: string }> | null {
  const [head = "", about = ""] = DATA_URL.exec(url.slice(0, CHAT.dataUrlHeadChars)) ?? [];
  const bytes = head === "" ? null : bytesOf(url.slice(head.length), /;\s*base64$/i.test(about));
  if (bytes === null) {
    return null;
  }
  const name = safeFileName(filename ?? "");
  return { name, mimeType: mediaTypeOf(name, mediaType || about), bytes };
}

function bytesOf(text: string, isBase64: boolean): Uint8Array | null {
  try {
    return isBase64
      ? Uint8Array.fromBase64(text.includes("%") ? decodeURIComponent(text) : text)
      : new TextEncoder().encode(decodeURIComponent(text));
  } catch {
    return null;
  }
}
