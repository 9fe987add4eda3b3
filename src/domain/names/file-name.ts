/** What a file is called and what type it is taken for, out of what an upload claims. */
import { FILE } from "../../limits";
import { charsetOfType } from "../charsets/charset-name";

/** Control characters, and those that turn the direction of text to disguise an extension. */
const DECEPTIVE = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;

/** A name that is safe to show and to save under: no path, nothing invisible, 255 characters. */
export function safeFileName(given: string): string {
  const name = (given.toWellFormed().split(/[\\/]/).at(-1) ?? "").replaceAll(DECEPTIVE, "").trim();
  return name === "" || name === "." || name === ".." ? "file" : shorten(name);
}

/** From the middle, so that the extension stays. */
function shorten(name: string): string {
  if (name.length <= FILE.maxNameChars) {
    return name;
  }
  const extension = extensionOf(name);
  const stem = name.slice(0, FILE.maxNameChars - extension.length);
  return (stem.isWellFormed() ? stem : stem.slice(0, -1)) + extension;
}

function extensionOf(name: string): string {
  return /\.[^.\s]{1,16}$/.exec(name)?.[0] ?? "";
}

const MEDIA_TYPE = /^[a-z0-9][\w!#$&^.+-]{0,63}\/[a-z0-9][\w!#$&^.+-]{0,63}$/;
const UNKNOWN_TYPE = "application/octet-stream";

/**
 * The type that the upload names; where it names none or any, the one that the extension means, else the
 * one that its first bytes tell. Of its parameters stays the `charset` of a legacy encoding, which
 * nothing else tells for certain.
 */
export function mediaTypeOf(name: string, claimed: string | null, head?: Uint8Array): string {
  const type = (claimed ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  const isGiven = type !== UNKNOWN_TYPE && MEDIA_TYPE.test(type);
  const known = isGiven ? type : TYPES.get(extensionOf(name).slice(1).toLowerCase());
  const charset = charsetOfType(claimed);
  const parameter = charset === null || charset === "utf-8" ? "" : `; charset=${charset}`;
  return (known ?? (head && typeOfBytes(head)) ?? UNKNOWN_TYPE) + parameter;
}

/** Of a file as `mediaTypeOf` looks at them. */
export const HEAD_BYTES = 16;

/** What files of a type begin with, a byte a character, and what stands at their ninth byte. */
const MARKS: readonly [type: string, start: string, ninth?: string][] = [
  ["application/pdf", "%PDF-"],
  ["image/png", "\u0089PNG\r\n"],
  ["image/jpeg", "\u00ff\u00d8\u00ff"],
  ["image/gif", "GIF87a"],
  ["image/gif", "GIF89a"],
  ["image/webp", "RIFF", "WEBP"],
];

function typeOfBytes(head: Uint8Array): string | undefined {
  const text = String.fromCharCode(...head.subarray(0, HEAD_BYTES));
  const found = MARKS.find(
    ([, start, ninth = ""]) => text.startsWith(start) && text.startsWith(ninth, 8),
  );
  return found?.[0];
}

const TYPES = new Map(
  Object.entries({
    txt: "text/plain",
    log: "text/plain",
    md: "text/markdown",
    csv: "text/csv",
    tsv: "text/tab-separated-values",
    html: "text/html",
    htm: "text/html",
    css: "text/css",
    js: "text/javascript",
    rst: "text/x-rst",
    json: "application/json",
    jsonl: "application/jsonl",
    ndjson: "application/x-ndjson",
    xml: "application/xml",
    yaml: "application/yaml",
    yml: "application/yaml",
    pdf: "application/pdf",
    rtf: "application/rtf",
    eml: "message/rfc822",
    epub: "application/epub+zip",
    zip: "application/zip",
    gz: "application/gzip",
    doc: "application/msword",
    docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    xls: "application/vnd.ms-excel",
    xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ppt: "application/vnd.ms-powerpoint",
    pptx: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    odt: "application/vnd.oasis.opendocument.text",
    ods: "application/vnd.oasis.opendocument.spreadsheet",
    odp: "application/vnd.oasis.opendocument.presentation",
    png: "image/png",
    jpg: "image/jpeg",
    jpeg: "image/jpeg",
    gif: "image/gif",
    webp: "image/webp",
    svg: "image/svg+xml",
    mp3: "audio/mpeg",
    wav: "audio/wav",
    mp4: "video/mp4",
  }),
);
