/** A mail's parts as text: its headers as they were shown, what it says, the names of what is attached. */
import PostalMime, { type Address, type Email } from "postal-mime";

import { cutText } from "../../domain/text";
import { DOCUMENT } from "../../limits";
import { yieldToEventLoop } from "../../yield-to-event-loop";
import type { DocumentSource } from "../extractor";
import { declaredCharset, SourceText } from "../text/charset";
import { HtmlText } from "../text/html";
import type { TextBudget } from "../text/text-writer";
import type { MimePart } from "./mime-part";
import { PlainBody } from "./plain-body";
import { decodeTransfer } from "./transfer-encoding";

export interface MailText {
  text: string;
  metadata: Record<string, string>;
}

/** Headers that are read by themselves before others have their turn. */
const HEADERS_AT_ONCE = 50;

export class MailTexts {
  readonly #budget: TextBudget;
  /** Of bodies without a transfer encoding, in a file that has been decoded as a whole. */
  readonly #charset: string | null;
  #headers = 0;
  /** Of the text that was read first. */
  #firstCharset: string | null = null;

  constructor(budget: TextBudget, charset: string | null) {
    this.#budget = budget;
    this.#charset = charset;
  }

  async read(mail: MimePart): Promise<MailText> {
    this.#firstCharset = null;
    const email = await this.#parseHeader(mail);
    const names = await this.#attachmentNames(mail);
    const metadata = describe(email, names);
    const fields = ["from", "to", "cc", "date", "subject"].flatMap((field) =>
      metadata[field] === undefined ? [] : [`${titleCase(field)}: ${metadata[field]}`],
    );
    const attachments = metadata["attachments"];
    const parts = [
      this.#budget.take(fields.join("\n")),
      await this.#body(mail),
      attachments === undefined ? "" : this.#budget.take(`Attachments: ${attachments}`),
    ];
    const text = parts.filter((part) => part !== "").join("\n\n");
    const charset = this.#firstCharset;
    return { text, metadata: charset === null ? metadata : { ...metadata, charset } };
  }

  async #body(part: MimePart): Promise<string> {
    if (this.#budget.isExceeded) {
      return "";
    }
    switch (part.kind) {
      case "plain":
        return this.#budget.take((await this.#plainText(part)).trim());
      case "html":
        return this.#pageText(part);
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

  /** The plain one; where it says nothing, the last, which is the richest. */
  async #alternative({ parts }: MimePart): Promise<string> {
    const plain = parts.filter(({ kind }) => kind === "plain");
    const others = parts.filter(({ kind }) => kind !== "plain").toReversed();
    for (const part of [...plain, ...others]) {
      const text = await this.#body(part);
      if (text !== "") {
        return text;
      }
    }
    return "";
  }

  async #nested(mail: MimePart): Promise<string> {
    const charset = this.#firstCharset;
    const { text } = await this.read(mail);
    this.#firstCharset = charset ?? this.#firstCharset;
    return text;
  }

  async #plainText(part: MimePart): Promise<string> {
    const body = new PlainBody(part.flow);
    for await (const piece of await this.#decoded(part)) {
      body.write(piece);
    }
    return body.end();
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

  async #decoded(part: MimePart): Promise<AsyncIterable<string>> {
    const bytes = await decodeTransfer(part.body.bytes, part.transferEncoding);
    const whole = part.isEncoded ? null : this.#charset;
    const declared = part.kind === "html" ? declaredCharset(bytes) : null;
    const text = await SourceText.open(sourceOf(bytes), whole ?? part.charset ?? declared);
    this.#firstCharset ??= text.charset;
    return text.pieces();
  }

  async #attachmentNames(part: MimePart): Promise<string[]> {
    if (part.kind === "attachment") {
      const { attachments } = await this.#parseHeader(part);
      return attachments.map(({ filename, mimeType }) => filename ?? mimeType);
    }
    const names: string[] = [];
    // What is attached to a mail inside is told there.
    for (const inner of part.kind === "message" ? [] : part.parts) {
      names.push(...(await this.#attachmentNames(inner)));
    }
    return names;
  }

  /** Raw bytes in a header are in the encoding of its text. */
  async #parseHeader(part: MimePart): Promise<Email> {
    this.#headers += 1;
    if (this.#headers % HEADERS_AT_ONCE === 0) {
      await yieldToEventLoop();
    }
    const header = await SourceText.open(
      sourceOf(part.header.bytes),
      this.#charset ?? part.charset,
    );
    let text = "";
    for await (const piece of header.pieces()) {
      text += piece;
    }
    return PostalMime.parse(`${text.trimEnd()}\r\n\r\n-`);
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

function describe(email: Email, attachments: readonly string[]): Record<string, string> {
  const fields: [name: string, value: string | undefined][] = [
    ["subject", email.subject],
    ["from", email.from === undefined ? undefined : addressText(email.from)],
    ["to", email.to?.map(addressText).join(", ")],
    ["cc", email.cc?.map(addressText).join(", ")],
    ["date", email.date],
    ["attachments", attachments.join(", ")],
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
