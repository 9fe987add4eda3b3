/** A mail as saved by a mail program (RFC 5322 with MIME), and a mailbox of them (RFC 4155). */
import { DOCUMENT } from "../../limits";
import type { DocumentSource, Extraction } from "../extractor";
import type { ReaderContext } from "../reader";
import { decodeText, unicodeSignature } from "../text/charset";
import type { TextBudget } from "../text/text-writer";
import type { WorkBudget } from "../work-budget";
import { MailTexts } from "./mail-text";
import { readMime } from "./mime-reader";

const BETWEEN_MAILS = "\n\n---\n\n";

/** Headers as they were shown to the reader, then the text, then the names of what was attached. */
export function readEmail(
  source: DocumentSource,
  budget: TextBudget,
  { work }: ReaderContext,
): Promise<Extraction> {
  return readMails(source, budget, work, { isMailbox: false });
}

/** All its mails in their order; the metadata tell how many. */
export function readMailbox(
  source: DocumentSource,
  budget: TextBudget,
  { work }: ReaderContext,
): Promise<Extraction> {
  return readMails(source, budget, work, { isMailbox: true });
}

async function readMails(
  source: DocumentSource,
  budget: TextBudget,
  work: WorkBudget,
  options: { isMailbox: boolean },
): Promise<Extraction> {
  const signature = unicodeSignature(await source.read(0, DOCUMENT.sniffBytes));
  const stream = await source.stream();
  const bytes = signature === null ? stream : asUtf8(decodeText(stream, signature));
  const mails = await readMime(bytes, options);
  const texts = new MailTexts(budget, work, signature === null ? null : "utf-8");
  const read = [];
  for (const mail of mails) {
    read.push(await texts.read(mail));
    if (budget.isExceeded) {
      break;
    }
  }
  return {
    text: read.map(({ text }) => text).join(BETWEEN_MAILS),
    metadata: {
      ...(mails.length === 1 ? read[0]?.metadata : {}),
      ...(options.isMailbox ? { mails: String(mails.length) } : {}),
      ...(signature === null ? {} : { charset: signature }),
    },
  };
}

/** Mail is a format of bytes: a file that was saved as UTF-16 is taken back. */
async function* asUtf8(pieces: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const piece of pieces) {
    yield encoder.encode(piece);
  }
}
