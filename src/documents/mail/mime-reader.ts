/**
 * The parts of a mail, or of each mail of a mailbox, as it streams by. Texts are kept as they came, of
 * what is attached only its header: that is most of a large mail, of which only names are told.
 */
import { DOCUMENT } from "../../limits";
import { unreadable } from "../unreadable";
import type { ByteBuffer } from "./byte-buffer";
import { endOfText, type LineHandler, readLines } from "./mime-lines";
import { MimePart, type PartKind } from "./mime-part";

const DASH = 0x2d;
const ANGLE = 0x3e;
/** Beyond it a mail in a mail, or a multipart in one, is read as text. */
const MAX_DEPTH = 16;
const MAX_BOUNDARY_BYTES = 200;
/** How a mailbox (mbox) begins each mail: after an empty line, with an address and a date. */
const MAIL_START = /^From \S.* \d{1,2}:\d{2}.* \d{4}/;
/** Kinds of parts whose bodies are read. */
const TEXTS: ReadonlySet<PartKind> = new Set(["plain", "html", "calendar"]);
const LATIN1 = new TextDecoder("latin1");

export interface MimeOptions {
  /** `From …` lines begin further mails. */
  isMailbox: boolean;
}

/** Throws ActionFailure `file_too_large` for more text or parts than are read of one file. */
export async function readMime(
  bytes: AsyncIterable<Uint8Array>,
  options: MimeOptions,
): Promise<MimePart[]> {
  const reader = new MimeReader(options);
  await readLines(bytes, reader);
  return reader.finish();
}

interface OpenMultipart {
  part: MimePart;
  /** Of parts that name no type. */
  defaultType: string;
  depth: number;
}

class MimeReader implements LineHandler {
  readonly #isMailbox: boolean;
  readonly #mails: MimePart[] = [];
  /** By the line that begins a part of it. */
  #open = new Map<string, OpenMultipart>();
  #part: MimePart | null = null;
  #defaultType = "text/plain";
  #depth = 0;
  #isInHeader = true;
  #isAfterEmptyLine = true;
  #bytes = 0;
  #parts = 0;

  constructor({ isMailbox }: MimeOptions) {
    this.#isMailbox = isMailbox;
  }

  line(piece: Uint8Array, start: number, end: number): void {
    const textEnd = endOfText(piece, start, end);
    const isAfterEmptyLine = this.#isAfterEmptyLine;
    this.#isAfterEmptyLine = textEnd === start;
    if (this.#isMailbox && isAfterEmptyLine && this.#startsMail(piece, start, textEnd)) {
      return;
    }
    if (this.#part === null && this.#mails.length === 0) {
      this.#begin(this.#mails, "text/plain", 0);
    }
    if (
      piece[start] === DASH &&
      piece[start + 1] === DASH &&
      this.#isBoundary(piece, start, textEnd)
    ) {
      return;
    }
    this.#addLine(piece, start, end, textEnd);
  }

  finish(): MimePart[] {
    this.#endHeader();
    return this.#mails;
  }

  #startsMail(piece: Uint8Array, start: number, end: number): boolean {
    const isStart =
      piece[start] === 0x46 &&
      MAIL_START.test(LATIN1.decode(piece.subarray(start, end).slice(0, 300)));
    if (isStart) {
      this.#endHeader();
      this.#open = new Map();
      this.#begin(this.#mails, "text/plain", 0);
    }
    return isStart;
  }

  #isBoundary(piece: Uint8Array, start: number, end: number): boolean {
    if (this.#open.size === 0 || end - start > MAX_BOUNDARY_BYTES) {
      return false;
    }
    const line = LATIN1.decode(piece.subarray(start, end)).trimEnd();
    const opened = this.#open.get(line);
    const closed = line.endsWith("--") ? this.#open.get(line.slice(0, -2)) : undefined;
    const multipart = opened ?? closed;
    if (multipart === undefined) {
      return false;
    }
    this.#endHeader();
    this.#closeInside(multipart, closed !== undefined);
    if (closed === undefined) {
      this.#begin(multipart.part.parts, multipart.defaultType, multipart.depth);
    } else {
      this.#part = null;
    }
    return true;
  }

  /** Multiparts inside this one have ended without saying so. */
  #closeInside(multipart: OpenMultipart, isClosed: boolean): void {
    for (const [line, { depth }] of this.#open) {
      if (depth > multipart.depth || (isClosed && depth === multipart.depth)) {
        this.#open.delete(line);
      }
    }
  }

  #begin(siblings: MimePart[], defaultType: string, depth: number): void {
    this.#parts += 1;
    if (this.#parts > DOCUMENT.mailMaxParts) {
      throw unreadable("file_too_large", `The file has more than ${DOCUMENT.mailMaxParts} parts.`);
    }
    this.#part = new MimePart();
    siblings.push(this.#part);
    this.#defaultType = defaultType;
    this.#depth = depth;
    this.#isInHeader = true;
  }

  #addLine(piece: Uint8Array, start: number, end: number, textEnd: number): void {
    if (this.#part === null) {
      // Before the first part, or behind the last one of a multipart.
      return;
    }
    if (!this.#isInHeader) {
      const { kind, body } = this.#part;
      if (kind === "winmail" ? body.length < DOCUMENT.mailPackMaxBytes : TEXTS.has(kind)) {
        const isQuoted =
          this.#isMailbox && piece[start] === ANGLE && isQuotedStart(piece, start, textEnd);
        this.#keep(body, piece.subarray(isQuoted ? start + 1 : start, end));
      }
      return;
    }
    if (textEnd === start) {
      this.#endHeader();
    } else {
      const { header } = this.#part;
      this.#keep(header, piece.subarray(start, end));
      if (header.length > DOCUMENT.mailHeaderMaxBytes) {
        throw unreadable("file_too_large", "A mail's header is longer than can be read.");
      }
    }
  }

  #endHeader(): void {
    const part = this.#part;
    if (part === null || !this.#isInHeader) {
      return;
    }
    this.#isInHeader = false;
    part.endHeader(this.#defaultType);
    if (this.#depth >= MAX_DEPTH && (part.kind === "multipart" || part.kind === "message")) {
      part.kind = "plain";
    }
    if (part.kind === "message") {
      this.#begin(part.parts, "text/plain", this.#depth + 1);
    } else if (part.kind === "multipart") {
      const isDigest = /^\s*multipart\/digest/i.test(part.contentType);
      const defaultType = isDigest ? "message/rfc822" : "text/plain";
      this.#open.set(`--${part.boundary ?? ""}`.trimEnd(), {
        part,
        defaultType,
        depth: this.#depth + 1,
      });
      this.#part = null;
    }
  }

  #keep(lines: ByteBuffer, line: Uint8Array): void {
    this.#bytes += line.length;
    if (this.#bytes > DOCUMENT.mailTextMaxBytes) {
      throw unreadable("file_too_large", "The mail holds more text than can be read.");
    }
    lines.add(line);
  }
}

/** `>From`, `>>From`: a mailbox's way of telling a line from the start of a mail. */
function isQuotedStart(piece: Uint8Array, start: number, end: number): boolean {
  let at = start;
  while (at < end && piece[at] === ANGLE) {
    at += 1;
  }
  return LATIN1.decode(piece.subarray(at, Math.min(at + 5, end))) === "From ";
}
