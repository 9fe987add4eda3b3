/** Reads a mail as text: the headers that a program shows, the body, the names of the attachments. */
import PostalMime, { type Address, type Email } from "postal-mime";

import { cutText } from "../../domain/text";
import { DOCUMENT } from "../../limits";
import { ContentLines } from "../cards/content-lines";
import { unfold } from "../cards/unfold";
import type { DocumentSource } from "../extractor";
import { declaredCharset, SourceText } from "../text/charset";
import { type CharsetGuess, fewGuesses } from "../text/guess-charset";
import { HtmlText } from "../text/html";
import type { TextBudget } from "../text/text-writer";
import type { WorkBudget } from "../work-budget";
import type { MimePart } from "./mime-part";
import { PlainBody } from "./plain-body";
import { Pack } from "./tnef";
import { decodeTransfer } from "./transfer-encoding";
import { withoutFiles } from "./uuencode";

export interface MailText {
  text: string;
  metadata: Record<string, string>;
}

export class MailTexts {
  readonly #budget: TextBudget;
  /** The charset of bodies without a transfer encoding, where the file was decoded as a whole; else null. */
  readonly #charset: string | null;
  readonly #work: WorkBudget;
  readonly #guess: CharsetGuess;
  /** Names of the open mail's files that are inside of its text or of a pack (`winmail.dat`). */
  #files: string[] = [];
  #packs: MimePart[] = [];
  /** The charset of the first text that was read. */
  #firstCharset: string | null = null;

  constructor(budget: TextBudget, work: WorkBudget, charset: string | null) {
    this.#budget = budget;
    this.#work = work;
    this.#charset = charset;
    this.#guess = fewGuesses(DOCUMENT.mailMaxGuesses, () => this.#spend(DOCUMENT.guessWork));
  }

  async read(mail: MimePart): Promise<MailText> {
    this.#firstCharset = null;
    this.#files = [];
    this.#packs = [];
    const email = await this.#parseHeader(mail);
    const names = await this.#attachmentNames(mail);
    const metadata = describe(email);
    const fields = ["from", "to", "cc", "date", "subject"].flatMap((field) =>
      metadata[field] === undefined ? [] : [`${titleCase(field)}: ${metadata[field]}`],
    );
    const head = this.#budget.take(fields.join("\n"));
    const body = await this.#withPacks(await this.#body(mail));
    const attachments = cutText([...names, ...this.#files].join(", "), DOCUMENT.metadataMaxChars);
    const parts = [
      head,
      body,
      attachments === "" ? "" : this.#budget.take(`Attachments: ${attachments}`),
    ];
    const charset = this.#firstCharset;
    return {
      text: parts.filter((part) => part !== "").join("\n\n"),
      metadata: {
        ...metadata,
        ...(attachments === "" ? {} : { attachments }),
        ...(charset === null ? {} : { charset }),
      },
    };
  }

  /** The body, or where it is empty the text of a pack, which repeats the body. Collects the packs' file names. */
  async #withPacks(body: string): Promise<string> {
    let text = body;
    for (const part of this.#packs) {
      const bytes = await decodeTransfer(part.body.bytes, part.transferEncoding);
      const pack = await Pack.open(sourceOf(bytes));
      text = text === "" ? await pack.text(this.#budget) : text;
      this.#files.push(...(pack.isEmpty ? await this.#fileNames(part) : pack.files));
    }
    return text;
  }

  async #body(part: MimePart): Promise<string> {
    if (this.#budget.isExceeded) {
      return "";
    }
    switch (part.kind) {
      case "plain":
        return this.#budget.take(await this.#plainText(part));
      case "html":
        return this.#pageText(part);
      case "calendar":
        return this.#budget.take(await this.#calendarText(part));
      case "winmail":
        this.#packs.push(part);
        return "";
      case "multipart":
        return part.isAlternative ? this.#alternative(part) : this.#inOrder(part.parts);
      case "message":
        return this.#inOrder(part.parts, (mail) => this.#nested(mail));
      case "attachment":
        return "";
    }
  }

  async #inOrder(
    parts: readonly MimePart[],
    read = (part: MimePart): Promise<string> => this.#body(part),
  ): Promise<string> {
    const texts: string[] = [];
    for (const part of parts) {
      const text = await read(part);
      if (text !== "") {
        texts.push(text);
      }
    }
    return texts.join("\n\n");
  }

  /**
   * The plain text of alternative parts; where it is empty, the last part that is not, which is the richest. A
   * calendar follows in any case: it says when and where, which the words of an invitation may leave out.
   */
  async #alternative({ parts }: MimePart): Promise<string> {
    const calendars = parts.filter(({ kind }) => kind === "calendar");
    const plain = parts.filter(({ kind }) => kind === "plain");
    const others = parts.filter(({ kind }) => kind !== "plain" && kind !== "calendar").toReversed();
    for (const part of [...plain, ...others]) {
      const text = await this.#body(part);
      if (text !== "") {
        return [text, await this.#inOrder(calendars)].filter(Boolean).join("\n\n");
      }
    }
    return this.#inOrder(calendars);
  }

  async #nested(mail: MimePart): Promise<string> {
    const [charset, files, packs] = [this.#firstCharset, this.#files, this.#packs];
    const { text } = await this.read(mail);
    this.#firstCharset = charset ?? this.#firstCharset;
    this.#files = files;
    this.#packs = packs;
    return text;
  }

  async #calendarText(part: MimePart): Promise<string> {
    const lines = new ContentLines();
    for await (const piece of await this.#decoded(part, (bytes) => unfold(bytes, false))) {
      lines.write(piece);
    }
    return lines.end();
  }

  async #plainText(part: MimePart): Promise<string> {
    const body = new PlainBody(part.flow);
    for await (const piece of await this.#decoded(part)) {
      body.write(piece);
    }
    const { text, names } = withoutFiles(body.end());
    this.#files.push(...names);
    return text.trim();
  }

  async #pageText(part: MimePart): Promise<string> {
    const html = new HtmlText(this.#budget);
    for await (const piece of await this.#decoded(part)) {
      html.write(piece);
      if (this.#budget.isExceeded) {
        break;
      }
    }
    return html.finish().text;
  }

  async #decoded(
    part: MimePart,
    prepare: (bytes: Uint8Array) => Uint8Array = (bytes) => bytes,
  ): Promise<AsyncIterable<string>> {
    await this.#spend(DOCUMENT.mailPartWork + part.body.length);
    const bytes = prepare(await decodeTransfer(part.body.bytes, part.transferEncoding));
    const whole = part.isEncoded ? null : this.#charset;
    const declared = part.kind === "html" ? declaredCharset(bytes) : null;
    const text = await SourceText.open(
      sourceOf(bytes),
      whole ?? part.charset ?? declared,
      this.#guess,
    );
    this.#firstCharset ??= text.charset;
    return text.pieces();
  }

  async #attachmentNames(part: MimePart): Promise<string[]> {
    if (part.kind === "attachment") {
      return this.#fileNames(part);
    }
    const names: string[] = [];
    // A mail inside lists its own attachments.
    for (const inner of part.kind === "message" ? [] : part.parts) {
      names.push(...(await this.#attachmentNames(inner)));
    }
    return names;
  }

  async #fileNames(part: MimePart): Promise<string[]> {
    const { attachments } = await this.#parseHeader(part);
    return attachments.map(({ filename, mimeType }) => filename ?? mimeType);
  }

  /** Parses the headers; raw bytes in them are read in the charset of the part. */
  async #parseHeader(part: MimePart): Promise<Email> {
    await this.#spend(DOCUMENT.mailPartWork + part.header.length);
    const header = await SourceText.open(
      sourceOf(part.header.bytes),
      this.#charset ?? part.charset,
      this.#guess,
    );
    let text = "";
    for await (const piece of header.pieces()) {
      text += piece;
    }
    return PostalMime.parse(`${text.trimEnd()}\r\n\r\n-`);
  }

  async #spend(work: number): Promise<void> {
    this.#work.spend(work);
    await this.#work.pause();
  }
}

function sourceOf(bytes: Uint8Array): DocumentSource {
  return {
    name: "",
    size: bytes.length,
    read: async (offset, length) => bytes.subarray(offset, offset + length),
    stream: async () =>
      new ReadableStream({
        start(controller) {
          controller.enqueue(bytes);
          controller.close();
        },
      }),
  };
}

function describe(email: Email): Record<string, string> {
  const fields: [name: string, value: string | undefined][] = [
    ["subject", email.subject],
    ["from", email.from === undefined ? undefined : addressText(email.from)],
    ["to", email.to?.map(addressText).join(", ")],
    ["cc", email.cc?.map(addressText).join(", ")],
    ["date", email.date],
  ];
  return Object.fromEntries(
    fields.flatMap(([name, value]) =>
      value === undefined || value === ""
        ? []
        : [[name, cutText(value, DOCUMENT.metadataMaxChars)]],
    ),
  );
}

function addressText(address: Address): string {
  if (address.group !== undefined) {
    return `${address.name}: ${address.group.map(addressText).join(", ")}`;
  }
  return address.name === "" ? address.address : `${address.name} <${address.address}>`;
}

function titleCase(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
