/** Reads DOCX: the body in its order, then the notes. Headers, footers and comments are left out. */
import type { Extraction } from "../../extractor";
import type { ZipArchive } from "../../package/zip";
import type { ReaderContext } from "../../reader";
import { TextWriter } from "../../text/text-writer";
import { readXml } from "../../text/xml";
import { readDrawnTexts } from "../drawn-texts";
import { mainPart, partOfType, readProperties, relationsOf } from "../ooxml";
import { DocxBody } from "./docx-body";
import { readChunks } from "./docx-chunks";
import { readNumbering } from "./docx-numbering";
import { readParagraphStyles } from "./docx-styles";

/** Elements that show no text: former properties, fallbacks of drawings, pronunciation guides, tab stops. */
const SKIP = new Set(
  (
    "pPrChange rPrChange sectPrChange tblPrChange trPrChange tcPrChange " +
    "numberingChange Fallback rt tabs sectPr"
  ).split(" "),
);

export async function readDocx(zip: ZipArchive, context: ReaderContext): Promise<Extraction> {
  const { budget } = context;
  const part = await mainPart(zip);
  const relations = await relationsOf(zip, part);
  const writer = new TextWriter(budget);
  const chunks = await readChunks(zip, relations, context);
  const body = new DocxBody({
    writer,
    work: context.work,
    styleOf: await readParagraphStyles(zip, partOfType(zip, relations, "styles")),
    numbering: await readNumbering(zip, partOfType(zip, relations, "numbering")),
    drawnTexts: await readDrawnTexts(zip, relations),
    chunks: chunks.texts,
  });
  const options = { skip: SKIP, isDone: () => budget.isExceeded };
  await readXml(zip.stream(part), body, options);
  body.endBody();
  for (const kind of ["footnote", "endnote"] as const) {
    const notes = partOfType(zip, relations, `${kind}s`);
    if (notes !== undefined && !budget.isExceeded) {
      await readXml(zip.stream(notes), body, options);
    }
  }
  const packageRelations = await relationsOf(zip, "");
  const properties = partOfType(zip, packageRelations, "core-properties");
  const metadata = await readProperties(zip, properties);
  return { text: writer.finish(), metadata: { ...metadata, ...chunks.warning } };
}
