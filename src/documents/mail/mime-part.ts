/** One part of a mail (RFC 2045): what its header says, and its body where that is text. */
import { charsetOfType } from "../../domain/charsets/charset-name";
import { ByteBuffer } from "./byte-buffer";
import type { Flow } from "./plain-body";

export type PartKind =
  | "plain"
  | "html"
  | "calendar"
  | "winmail"
  | "multipart"
  | "message"
  | "attachment";

export class MimePart {
  /** Lines of the header as they were. */
  readonly header = new ByteBuffer();
  /** Of a text, in its transfer encoding. */
  readonly body = new ByteBuffer();
  readonly parts: MimePart[] = [];
  /** Known once the header has ended. */
  kind: PartKind = "plain";
  fields: ReadonlyMap<string, string> = new Map();

  /** Reads the header; `defaultType` is that of a part that names none. */
  endHeader(defaultType: string): void {
    this.fields = fieldsOf(new TextDecoder("latin1").decode(this.header.bytes));
    this.kind = this.#kindOf(mediaType(this.contentType) || defaultType);
  }

  #kindOf(type: string): PartKind {
    if (type.startsWith("multipart/")) {
      return this.boundary === null ? "plain" : "multipart";
    }
    if (type === "application/ms-tnef") {
      return "winmail";
    }
    if (/^attachment\b/i.test(this.fields.get("content-disposition") ?? "")) {
      return "attachment";
    }
    switch (type) {
      case "text/plain":
        return "plain";
      case "text/html":
      case "application/xhtml+xml":
        return "html";
      case "text/calendar":
        return "calendar";
      case "message/rfc822":
        return this.isEncoded ? "attachment" : "message";
      default:
        return "attachment";
    }
  }

  get contentType(): string {
    return this.fields.get("content-type") ?? "";
  }

  get isAlternative(): boolean {
    return mediaType(this.contentType) === "multipart/alternative";
  }

  get boundary(): string | null {
    return parameter(this.contentType, "boundary");
  }

  /** ASCII is what programs name that know of no other: bytes beyond it are in none that it names. */
  get charset(): string | null {
    const isAscii = /^(?:us-)?ascii$/i.test(parameter(this.contentType, "charset") ?? "");
    return isAscii ? null : charsetOfType(this.contentType);
  }

  /** `base64`, `quoted-printable` or what leaves the bytes as they are. */
  get transferEncoding(): string {
    return (this.fields.get("content-transfer-encoding") ?? "").trim().toLowerCase();
  }

  get isEncoded(): boolean {
    return this.transferEncoding === "base64" || this.transferEncoding === "quoted-printable";
  }

  /** RFC 3676: lines that end with a space go on; `delSp` says that the space is none. */
  get flow(): Flow | null {
    return parameter(this.contentType, "format")?.toLowerCase() === "flowed"
      ? { delSp: parameter(this.contentType, "delsp")?.toLowerCase() === "yes" }
      : null;
  }
}

function mediaType(contentType: string): string {
  return /^\s*([\w.+-]+\/[\w.+-]+)/.exec(contentType)?.[1]?.toLowerCase() ?? "";
}

function parameter(contentType: string, name: string): string | null {
  for (const [, key = "", quoted, bare = ""] of contentType.matchAll(PARAMETER)) {
    if (key.toLowerCase() === name) {
      return quoted?.replaceAll(/\\(.)/g, "$1") ?? bare;
    }
  }
  return null;
}

const PARAMETER = /;\s*([\w*-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*))/g;

/** The first field of each name, in small letters, with its lines joined. */
function fieldsOf(header: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of header.replaceAll(/\r?\n[ \t]+/g, " ").split(/\r?\n/)) {
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(colon, 0)).trim().toLowerCase();
    if (name !== "" && !fields.has(name)) {
      fields.set(name, line.slice(colon + 1).trim());
    }
  }
  return fields;
}
