/** A mail as saved by a mail program (RFC 5322 with MIME). */
import PostalMime, { type Address, type Email } from "postal-mime";

import { DOCUMENT } from "../../limits";
import type { DocumentSource, Extraction } from "../document";
import { HtmlText } from "../text/html";
import type { TextBudget } from "../text/text-writer";
import { unreadable } from "../unreadable";
import { readTextParts } from "./email-text-parts";

/** Headers as they were shown to the reader, then the text, then the names of what was attached. */
export async function readEmail(source: DocumentSource, budget: TextBudget): Promise<Extraction> {
  const bytes = await readTextParts(await source.stream());
  const email = await parseEmail(bytes);
  const metadata = describe(email);
  const fields = ["from", "to", "cc", "date", "subject"].flatMap((field) =>
    metadata[field] === undefined ? [] : [`${titleCase(field)}: ${metadata[field]}`],
  );
  const attachments = metadata["attachments"];
  const parts = [
    fields.join("\n"),
    bodyText(email, budget),
    attachments === undefined ? "" : `Attachments: ${attachments}`,
  ];
  const text = parts.filter((part) => part !== "").join("\n\n");
  return { text, metadata };
}

async function parseEmail(bytes: Uint8Array): Promise<Email> {
  try {
    return await PostalMime.parse(bytes);
  } catch {
    throw unreadable("file_damaged", "The mail cannot be read: its structure is broken.");
  }
}

function bodyText(email: Email, budget: TextBudget): string {
  const plain = email.text?.trim() ?? "";
  if (plain !== "") {
    return budget.take(plain);
  }
  const html = new HtmlText(budget);
  html.write(email.html ?? "");
  return html.finish().text;
}

function describe(email: Email): Record<string, string> {
  const names = email.attachments.map(({ filename, mimeType }) => filename ?? mimeType);
  const fields: [name: string, value: string | undefined][] = [
    ["subject", email.subject],
    ["from", email.from === undefined ? undefined : addressText(email.from)],
    ["to", email.to?.map(addressText).join(", ")],
    ["cc", email.cc?.map(addressText).join(", ")],
    ["date", email.date],
    ["attachments", names.join(", ")],
  ];
  return Object.fromEntries(
    fields.flatMap(([name, value]) =>
      value === undefined || value === ""
        ? []
        : [[name, value.slice(0, DOCUMENT.metadataMaxChars)]],
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
