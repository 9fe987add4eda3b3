/** Tells what a file is from its bytes; its name decides among plain texts alone. */
import { textDecoder } from "../domain/charsets/text-decoder";
import { DOCUMENT } from "../limits";
import type { DocumentSource } from "./extractor";
import { contentTypeOf, mainPart } from "./office/ooxml";
import { ZipArchive } from "./package/zip";
import { csvLayout } from "./table/csv-delimiter";
import { isKorean, unicodeSignature } from "./text/charset";
import { unreadable } from "./unreadable";
import type { WorkBudget } from "./work-budget";

export type PackedKind = "docx" | "xlsx" | "pptx" | "odt" | "ods" | "odp" | "epub";
type PlainKind = "txt" | "md" | "rst" | "csv" | "tsv" | "json" | "jsonl";
export type StreamedKind =
  | PlainKind
  | "pdf"
  | "rtf"
  | "ics"
  | "vcf"
  | "ipynb"
  | "tnef"
  | "eml"
  | "mbox"
  | "html"
  | "xml";

export type Sniffed = { kind: StreamedKind } | { kind: PackedKind; zip: ZipArchive };

export const MIME_TYPES: Record<PackedKind | StreamedKind, string> = {
  docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  pptx: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
  odt: "application/vnd.oasis.opendocument.text",
  ods: "application/vnd.oasis.opendocument.spreadsheet",
  odp: "application/vnd.oasis.opendocument.presentation",
  epub: "application/epub+zip",
  pdf: "application/pdf",
  rtf: "application/rtf",
  ics: "text/calendar",
  vcf: "text/vcard",
  ipynb: "application/x-ipynb+json",
  tnef: "application/ms-tnef",
  eml: "message/rfc822",
  mbox: "application/mbox",
  html: "text/html",
  xml: "application/xml",
  txt: "text/plain",
  md: "text/markdown",
  rst: "text/x-rst",
  csv: "text/csv",
  tsv: "text/tab-separated-values",
  json: "application/json",
  jsonl: "application/jsonl",
};

const PLAIN_BY_EXTENSION: ReadonlyMap<string, PlainKind> = new Map([
  ["txt", "txt"],
  ["text", "txt"],
  ["log", "txt"],
  ["md", "md"],
  ["markdown", "md"],
  ["rst", "rst"],
  ["csv", "csv"],
  ["tsv", "tsv"],
  ["tab", "tsv"],
  ["json", "json"],
  ["jsonl", "jsonl"],
  ["ndjson", "jsonl"],
]);

/** Throws ActionFailure `file_empty`, `file_encrypted`, `file_unsupported` or `file_damaged`. */
export async function sniff(source: DocumentSource, work?: WorkBudget): Promise<Sniffed> {
  if (source.size === 0) {
    throw unreadable("file_empty", "The file is empty.");
  }
  const head = await source.read(0, DOCUMENT.sniffBytes);
  if (startsWith(head, [0x50, 0x4b, 0x03, 0x04])) {
    return sniffZip(await ZipArchive.open(source, work));
  }
  if (startsWith(head, [0xd0, 0xcf, 0x11, 0xe0])) {
    throw await compoundFileFailure(source, head);
  }
  if (startsWith(head, [0x78, 0x9f, 0x3e, 0x22])) {
    return { kind: "tnef" };
  }
  // Readers of PDF accept its mark anywhere in the first kilobyte.
  if (new TextDecoder("latin1").decode(head.subarray(0, 1024)).includes("%PDF-")) {
    return { kind: "pdf" };
  }
  return { kind: sniffText(head, source.name) };
}

function startsWith(head: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, index) => head[index] === byte);
}

const OPEN_DOCUMENT = "application/vnd.oasis.opendocument.";
const OPEN_DOCUMENT_KINDS: readonly [type: string, kind: PackedKind][] = [
  ["text", "odt"],
  ["spreadsheet", "ods"],
  ["presentation", "odp"],
];
/** By what a package says that its document is, else by where the document stands. */
const OFFICE_KINDS: readonly [type: RegExp, folder: string, kind: PackedKind][] = [
  [/wordprocessingml|ms-word/i, "word/", "docx"],
  [/spreadsheetml|ms-excel\.(?:sheet|template)\.macro/i, "xl/", "xlsx"],
  [/presentationml|ms-powerpoint/i, "ppt/", "pptx"],
];
const BINARY_WORKBOOK = /ms-excel\.sheet\.binary/i;
const BOOK_CONTAINER = "META-INF/container.xml";

async function sniffZip(zip: ZipArchive): Promise<Sniffed> {
  const kind = zip.has("mimetype")
    ? kindByMimetype((await zip.text("mimetype", DOCUMENT.sniffBytes)).trim())
    : zip.has(BOOK_CONTAINER)
      ? "epub"
      : await officeKind(zip);
  if (kind === undefined) {
    throw unreadable("file_unsupported", "The file is a ZIP archive, but not a known document.");
  }
  return { kind, zip };
}

function kindByMimetype(mimetype: string): PackedKind | undefined {
  if (mimetype === MIME_TYPES.epub) {
    return "epub";
  }
  return OPEN_DOCUMENT_KINDS.find(([type]) => mimetype.startsWith(OPEN_DOCUMENT + type))?.[1];
}

async function officeKind(zip: ZipArchive): Promise<PackedKind | undefined> {
  const isPackage = zip.has("[Content_Types].xml");
  if (
    !isPackage &&
    !OFFICE_KINDS.some(([, folder]) => zip.names().some((name) => name.startsWith(folder)))
  ) {
    return undefined;
  }
  const part = await mainPart(zip);
  const type = await contentTypeOf(zip, part);
  if (BINARY_WORKBOOK.test(type)) {
    throw unreadable("file_unsupported", "The file is a binary workbook (XLSB). Save it as XLSX.");
  }
  const [, , kind] =
    OFFICE_KINDS.find(([pattern]) => pattern.test(type)) ??
    OFFICE_KINDS.find(([, folder]) => part.toLowerCase().startsWith(folder)) ??
    [];
  return kind;
}

/** Bytes of the directory that are searched: it names a password-protected package near its start. */
const COMPOUND_DIRECTORY_BYTES = 8192;

/** The container of Office before 2007, and of today's Office files once they have a password. */
async function compoundFileFailure(source: DocumentSource, head: Uint8Array): Promise<Error> {
  const data = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const isWhole = head.length >= 512;
  const sectorBytes = isWhole ? 2 ** Math.min(data.getUint16(30, true), 16) : 512;
  const firstSector = isWhole ? data.getUint32(48, true) : 0;
  const directory = await source.read(
    Math.min((firstSector + 1) * sectorBytes, source.size),
    COMPOUND_DIRECTORY_BYTES,
  );
  // Names in a compound file compare without case.
  const names = new TextDecoder("utf-16le").decode(directory).toLowerCase();
  if (names.includes("encryptedpackage")) {
    return unreadable("file_encrypted", "The file is protected by a password.");
  }
  return unreadable(
    "file_unsupported",
    names.includes("__properties_version")
      ? "The file is a mail as Outlook keeps it (MSG). Save it as EML."
      : "The file is in an Office format from before 2007. Save it as DOCX, XLSX or PPTX.",
  );
}

function sniffText(head: Uint8Array, name: string): StreamedKind {
  const charset = unicodeSignature(head);
  if (charset === null && !isKorean(head) && looksBinary(head)) {
    throw unreadable("file_unsupported", "The file is of no document format that is known here.");
  }
  const text = textDecoder(charset ?? "utf-8")
    .decode(head)
    .trimStart();
  const extension = /\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? "";
  const isWhole = head.length < DOCUMENT.sniffBytes;
  return (
    sniffStructure(text, extension, isWhole) ??
    PLAIN_BY_EXTENSION.get(extension) ??
    (csvLayout(text, isWhole) === null ? "txt" : "csv")
  );
}

function sniffStructure(text: string, extension: string, isWhole: boolean): StreamedKind | null {
  return (
    sniffMarkup(text, extension) ??
    sniffCards(text) ??
    sniffEmail(text, extension) ??
    sniffNotebook(text, extension) ??
    sniffJson(text, isWhole)
  );
}

/** One byte of so many in a text is a control character beside its layout's; a short text has one. */
const TEXT_PER_CONTROL = 50;

/** Texts hold few control characters: zeros that fill a record up, the end of file of DOS. */
function looksBinary(head: Uint8Array): boolean {
  return head.filter(isControl).length > Math.max(1, head.length / TEXT_PER_CONTROL);
}

/** Bell to carriage return and escape occur in logs. */
function isControl(byte: number): boolean {
  return byte < 0x20 && !(byte >= 0x07 && byte <= 0x0d) && byte !== 0x1b;
}

/** A comment that can be matched in one way only: with a lazy one, a row of them takes for ever. */
const COMMENT = String.raw`<!--(?:(?!-->)[\s\S])*-->\s*`;
const HTML_DOCUMENT = new RegExp(
  String.raw`^(?:<\?xml[^>]*>\s*|${COMMENT})*<(?:!doctype\s+html|html)\b`,
  "i",
);
const HTML_TAGS =
  "head|body|title|meta|link|script|style|h[1-6]|p|div|span|table|ul|ol|dl|a|b|i|em|strong|font|" +
  "br|hr|img|center|article|section|main|header|nav|form";
const HTML_FRAGMENT = new RegExp(String.raw`^(?:${COMMENT})*<(?:${HTML_TAGS})\b[^<>]*>`, "i");

function sniffMarkup(text: string, extension: string): StreamedKind | null {
  if (text.startsWith("{\\rtf")) {
    return "rtf";
  }
  if (!text.startsWith("<")) {
    return null;
  }
  if (HTML_DOCUMENT.test(text)) {
    return "html";
  }
  if (/^<(?:\?xml|!doctype)\b/i.test(text) || extension === "xml") {
    return "xml";
  }
  // A Markdown text may well open with a line of HTML.
  const isFragment = HTML_FRAGMENT.test(text) && !PLAIN_BY_EXTENSION.has(extension);
  return isFragment || /^x?html?$/.test(extension) ? "html" : null;
}

function sniffCards(text: string): "ics" | "vcf" | null {
  const kind = /^BEGIN:(VCALENDAR|VCARD)[ \t]*$/im.exec(text.slice(0, MAX_OPENING_CHARS))?.[1];
  return kind === undefined ? null : kind.toUpperCase() === "VCARD" ? "vcf" : "ics";
}

/** The first line of a calendar or a card. */
const MAX_OPENING_CHARS = 30;

const TRACE_HEADER = /^(?:received|message-id|mime-version|return-path|delivered-to):/im;
const MAIL_HEADER = /^(?:from|to|cc|bcc|subject|date|sender|reply-to|content-type):/gim;
/** A letter may begin with `To:` and `Subject:`; these and a date or a sender are a mail's. */
const MIN_MAIL_HEADERS = 3;

/**
 * A block of header fields at the top, and among them one that only mail systems write, or several
 * that mails have; under a mail's name, any of those.
 */
function sniffEmail(text: string, extension: string): "eml" | "mbox" | null {
  const [, mailboxLine, fields] =
    /^(From .*\r?\n)?((?:[A-Za-z][\w-]*:.*\r?\n(?:[ \t].*\r?\n)*)+)/.exec(text) ?? [];
  if (fields === undefined) {
    return null;
  }
  const names = new Set(fields.match(MAIL_HEADER)?.map((name) => name.toLowerCase()));
  const isNamed = extension === "eml" || extension === "mbox";
  const isMail = TRACE_HEADER.test(fields) || names.size >= (isNamed ? 1 : MIN_MAIL_HEADERS);
  return isMail ? (mailboxLine === undefined ? "eml" : "mbox") : null;
}

const NOTEBOOK_CELL = /"cell_type"\s*:\s*"(?:code|markdown|raw|heading)"/;

/** Any JSON may have cells; a notebook's are told by their type, at its start or under its name. */
function sniffNotebook(text: string, extension: string): "ipynb" | null {
  const isObject = text.startsWith("{");
  const isNotebook =
    extension === "ipynb" ||
    (/"(?:cells|worksheets)"\s*:\s*\[/.test(text) && NOTEBOOK_CELL.test(text));
  return isObject && isNotebook ? "ipynb" : null;
}

const JSON_START = /^(?:\{\s*["}]|\[\s*(?:[{["\]]|-?\d[\d.eE+-]*\s*,|(?:true|false|null)\s*,))/;

function sniffJson(text: string, isWhole: boolean): "json" | "jsonl" | null {
  if (!/^[{[]/.test(text)) {
    return null;
  }
  const [first = "", second = ""] = text.split(/\r?\n/, 2);
  if (isJson(first) && /^[{[]/.test(second)) {
    return "jsonl";
  }
  if (isWhole && isJson(text)) {
    return "json";
  }
  return !isWhole && JSON_START.test(text) ? "json" : null;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
