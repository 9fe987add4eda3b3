/**
 * Outlook's packs (winmail.dat, MS-OXTNEF): a message in its own properties, and the files that came with it, of which
 * only the names are told.
 */
import { charsetOfCodePage } from "../../domain/charsets/charset-name";
import { textDecoder } from "../../domain/charsets/text-decoder";
import { cutText } from "../../domain/text";
import { DOCUMENT } from "../../limits";
import type { DocumentSource, Extraction } from "../extractor";
import { readRtf } from "../rtf/rtf";
import { declaredCharset, SourceText } from "../text/charset";
import { HtmlText } from "../text/html";
import type { TextBudget } from "../text/text-writer";
import { unpackRtf } from "./compressed-rtf";
import { PROPERTY, type Property, readProperties } from "./tnef-props";

const SIGNATURE = 0x223e9f78;
const SIGNATURE_BYTES = 6;
const HEADER_BYTES = 9;
const CHECKSUM_BYTES = 2;
/** More parts than a message of a thousand files. */
const MAX_ATTRIBUTES = 20_000;
/** Numbers of the attributes that are read. */
const ATTRIBUTE = {
  subject: 0x8004,
  fileTitle: 0x8010,
  body: 0x800c,
  fileStart: 0x9002,
  properties: 0x9003,
  fileProperties: 0x9005,
  codePage: 0x9007,
} as const;
const READ: ReadonlySet<number> = new Set(Object.values(ATTRIBUTE));

/** A pack as a file of its own. */
export async function readTnef(source: DocumentSource, budget: TextBudget): Promise<Extraction> {
  const pack = await Pack.open(source);
  const metadata = pack.metadata();
  const fields = ["from", "to", "subject"].flatMap((name) =>
    metadata[name] === undefined
      ? []
      : [`${name.charAt(0).toUpperCase()}${name.slice(1)}: ${metadata[name]}`],
  );
  const files = metadata["attachments"];
  const parts = [
    budget.take(fields.join("\n")),
    await pack.text(budget),
    files === undefined ? "" : budget.take(`Attachments: ${files}`),
  ];
  return { text: parts.filter((part) => part !== "").join("\n\n"), metadata };
}

export class Pack {
  /** Of the message, of all that is kept of it. */
  #properties = new Map<number, Property>();
  #charset = "windows-1252";
  #subject: Uint8Array = new Uint8Array();
  #body: Uint8Array = new Uint8Array();
  /** Of the files, the last one open. */
  readonly #files: { title: Uint8Array; properties: Map<number, Property> }[] = [];

  /** As far as it can be followed; one that is cut off holds what came before. */
  static async open(source: DocumentSource): Promise<Pack> {
    const pack = new Pack();
    const signature = await source.read(0, 4);
    if (signature.length < 4 || view(signature).getUint32(0, true) !== SIGNATURE) {
      return pack;
    }
    let at = SIGNATURE_BYTES;
    for (let count = 0; count < MAX_ATTRIBUTES && at < source.size; count += 1) {
      const header = await source.read(at, HEADER_BYTES);
      if (header.length < HEADER_BYTES) {
        break;
      }
      const id = view(header).getUint32(1, true) & 0xffff;
      const length = view(header).getUint32(5, true);
      if (READ.has(id) && length <= DOCUMENT.embeddedMaxBytes) {
        pack.#add(id, await source.read(at + HEADER_BYTES, length));
      }
      at += HEADER_BYTES + length + CHECKSUM_BYTES;
    }
    return pack;
  }

  get isEmpty(): boolean {
    return this.#properties.size === 0 && this.#files.length === 0;
  }

  get files(): string[] {
    return this.#files
      .map(({ title, properties }) => {
        const name = properties.get(PROPERTY.longFileName) ?? properties.get(PROPERTY.fileName);
        return name === undefined ? this.#decode(title) : this.#textOf(name);
      })
      .filter((name) => name !== "");
  }

  metadata(): Record<string, string> {
    const name = this.#property(PROPERTY.sender);
    const address = this.#property(PROPERTY.senderAddress);
    const isMail = address.includes("@") && address !== name;
    const fields: [name: string, value: string][] = [
      ["subject", this.#property(PROPERTY.subject) || this.#decode(this.#subject)],
      ["from", isMail ? `${name} <${address}>`.trim() : name],
      ["to", this.#property(PROPERTY.to)],
      ["attachments", this.files.join(", ")],
    ];
    return Object.fromEntries(
      fields.flatMap(([field, value]) =>
        value === "" ? [] : [[field, cutText(value, DOCUMENT.metadataMaxChars)]],
      ),
    );
  }

  /** What the message says, in the plainest form that it has. */
  async text(budget: TextBudget): Promise<string> {
    const plain = this.#property(PROPERTY.body) || this.#decode(this.#body);
    if (plain !== "") {
      return budget.take(plain.replaceAll(/\r\n?/g, "\n"));
    }
    const html = this.#properties.get(PROPERTY.html);
    if (html !== undefined) {
      const page = new HtmlText(budget);
      const content = await SourceText.open(
        sourceOfBytes(html.bytes),
        declaredCharset(html.bytes) ?? this.#pageCharset(),
      );
      for await (const piece of content.pieces()) {
        page.write(piece);
      }
      return page.finish().text;
    }
    const rtf = unpackRtf(this.#properties.get(PROPERTY.rtf)?.bytes ?? new Uint8Array());
    if (rtf.length === 0) {
      return "";
    }
    const found = await readRtf(sourceOfBytes(rtf), budget);
    return "text" in found ? found.text : "";
  }

  #add(id: number, bytes: Uint8Array): void {
    switch (id) {
      case ATTRIBUTE.codePage:
        if (bytes.length >= 4) {
          this.#charset = charsetOfCodePage(view(bytes).getUint32(0, true)) ?? this.#charset;
        }
        break;
      case ATTRIBUTE.subject:
        this.#subject = bytes;
        break;
      case ATTRIBUTE.body:
        this.#body = bytes;
        break;
      case ATTRIBUTE.properties:
        this.#properties = readProperties(bytes);
        break;
      default:
        this.#addToFile(id, bytes);
    }
  }

  #addToFile(id: number, bytes: Uint8Array): void {
    if (id === ATTRIBUTE.fileStart) {
      this.#files.push({ title: new Uint8Array(), properties: new Map() });
      return;
    }
    const file = this.#files.at(-1);
    if (file === undefined) {
      return;
    }
    if (id === ATTRIBUTE.fileTitle) {
      file.title = bytes;
    } else {
      const { longFileName, fileName } = PROPERTY;
      const found = readProperties(bytes);
      file.properties = new Map(
        [...found].filter(([number]) => number === longFileName || number === fileName),
      );
    }
  }

  /** A page has a code page of its own, beside that of the pack's other texts. */
  #pageCharset(): string {
    const bytes = this.#properties.get(PROPERTY.pageCode)?.bytes ?? new Uint8Array();
    const codePage = bytes.length < 4 ? 0 : view(bytes).getUint32(0, true);
    return charsetOfCodePage(codePage) ?? this.#charset;
  }

  #property(number: number): string {
    const property = this.#properties.get(number);
    return property === undefined ? "" : this.#textOf(property);
  }

  #textOf({ bytes, isUnicode }: Property): string {
    return isUnicode ? untilNull(textDecoder("utf-16le").decode(bytes)) : this.#decode(bytes);
  }

  #decode(bytes: Uint8Array): string {
    return untilNull(textDecoder(this.#charset).decode(bytes));
  }
}

function untilNull(text: string): string {
  return (text.split("\0", 1)[0] ?? "").trim();
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function sourceOfBytes(bytes: Uint8Array): DocumentSource {
  return {
    name: "",
    size: bytes.length,
    read: async (offset, length) => bytes.subarray(offset, offset + length),
    stream: async () => new Blob([new Uint8Array(bytes)]).stream(),
  };
}
