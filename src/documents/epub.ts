/** EPUB: the chapters in the order of the book's spine. */
import type { Extraction } from "./extractor";
import { readProperties, resolvePart } from "./office/ooxml";
import type { ZipArchive } from "./package/zip";
import { PackedPages } from "./packed-pages";
import type { ReaderContext } from "./reader";
import { decodeText } from "./text/charset";
import { HtmlText } from "./text/html";
import type { TextBudget } from "./text/text-writer";
import { readXml } from "./text/xml";
import { unreadable } from "./unreadable";

export async function readEpub(zip: ZipArchive, context: ReaderContext): Promise<Extraction> {
  const { budget } = context;
  const packagePart = await findPackage(zip);
  const encrypted = await encryptedParts(zip);
  const pages = new PackedPages(zip, context, async (part) => {
    const { text, metadata } = await readChapter(zip, part, budget);
    return { text, name: chapterTitle(metadata["title"], part) };
  });
  for (const part of await readSpine(zip, packagePart)) {
    if (encrypted.has(part)) {
      throw unreadable("file_encrypted", "The book is locked by its seller's copy protection.");
    }
    if (zip.has(part) && !budget.isExceeded) {
      await pages.add(part);
    }
  }
  const metadata = await readProperties(zip, packagePart);
  return { pageUnit: "chapter", metadata };
}

async function findPackage(zip: ZipArchive): Promise<string> {
  let found: string | undefined;
  await readXml(zip.stream("META-INF/container.xml"), {
    open(name, attributes) {
      if (name === "rootfile") {
        found ??= attributes["full-path"];
      }
    },
  });
  if (found === undefined) {
    throw unreadable("file_damaged", "The book does not say where its contents are.");
  }
  return found;
}

async function readSpine(zip: ZipArchive, packagePart: string): Promise<string[]> {
  const folder = packagePart.slice(0, packagePart.lastIndexOf("/") + 1);
  const parts = new Map<string, string>();
  const spine: string[] = [];
  await readXml(zip.stream(packagePart), {
    open(name, { id, href, idref }) {
      if (name === "item" && id !== undefined && href !== undefined) {
        zip.work.hold(id.length + href.length);
        parts.set(id, resolvePart(folder, href.split("#", 1)[0] ?? ""));
      } else if (name === "itemref" && idref !== undefined) {
        zip.work.hold(idref.length);
        spine.push(idref);
      }
    },
  });
  return spine.flatMap((id) => parts.get(id) ?? []);
}

async function readChapter(zip: ZipArchive, part: string, budget: TextBudget) {
  const html = new HtmlText(budget, { isXml: true });
  for await (const piece of decodeText(zip.stream(part), "utf-8")) {
    html.write(piece);
    if (budget.isExceeded) {
      break;
    }
  }
  return html.finish();
}

/** Some programs fill a chapter's title with the name of its file. */
function chapterTitle(title: string | undefined, part: string): string | undefined {
  return title !== undefined && part.endsWith(title) ? undefined : title;
}

/** Parts that need a key; fonts are often among them and do not matter. */
async function encryptedParts(zip: ZipArchive): Promise<Set<string>> {
  const parts = new Set<string>();
  const list = "META-INF/encryption.xml";
  if (zip.has(list)) {
    await readXml(zip.stream(list), {
      open(name, { URI }) {
        if (name === "CipherReference" && URI !== undefined) {
          zip.work.hold(URI.length);
          parts.add(resolvePart("", URI));
        }
      },
    });
  }
  return parts;
}
