/** XLSX: the sheets in the order of their tabs, hidden ones too; formulas by the values kept with them. */
import type { Extraction } from "../extractor";
import type { ZipArchive } from "../package/zip";
import { PackedPages } from "../packed-pages";
import type { ReaderContext } from "../reader";
import { type TextBudget, TextWriter } from "../text/text-writer";
import { prefixedAttribute, readXml } from "../text/xml";
import { DRAWING_SKIP } from "./drawn-text";
import { readDrawnTexts } from "./drawn-texts";
import { isOn, mainPart, partOfType, partsById, readProperties, relationsOf } from "./ooxml";
import { ShapeText } from "./shape-text";
import { SheetLines } from "./sheet-lines";
import { type NumberFormats, readNumberFormats } from "./xlsx-format";
import { XlsxSheet } from "./xlsx-sheet";
import { readSharedStrings, type SharedStrings } from "./xlsx-strings";

/** Pronunciation guides, formulas, and what is drawn or said beside the cells. */
const SKIP = new Set(["rPh", "phoneticPr", "f", "extLst", "headerFooter", "dataValidations"]);

export async function readXlsx(zip: ZipArchive, context: ReaderContext): Promise<Extraction> {
  const { budget } = context;
  const part = await mainPart(zip);
  const relations = await relationsOf(zip, part);
  const workbook = await readWorkbook(zip, part);
  const strings = partOfType(zip, relations, "sharedStrings");
  const sharedStrings = await readSharedStrings(zip, strings, budget);
  const styles = partOfType(zip, relations, "styles");
  const formats = await readNumberFormats(zip, styles, workbook.isFrom1904);
  const parts = await partsById(zip, relations);
  const pages = new PackedPages(zip, context, async (sheet) => ({
    text: await readSheet(zip, sheet, { budget, sharedStrings, formats }),
  }));
  for (const { name, relationId } of workbook.sheets) {
    await pages.add(parts.get(relationId), name);
  }
  const properties = partOfType(zip, await relationsOf(zip, ""), "core-properties");
  return { pageUnit: "sheet", metadata: await readProperties(zip, properties) };
}

interface SheetContext {
  budget: TextBudget;
  sharedStrings: SharedStrings;
  formats: NumberFormats;
}

/** The cells, then what is drawn over them: text boxes, diagrams, charts. */
async function readSheet(zip: ZipArchive, part: string, context: SheetContext): Promise<string> {
  const { budget, ...shared } = context;
  const isDone = () => budget.isExceeded;
  const lines = new SheetLines(budget);
  await readXml(zip.stream(part), new XlsxSheet({ lines, ...shared }), { skip: SKIP, isDone });
  const drawing = partOfType(zip, await relationsOf(zip, part), "drawing");
  if (drawing === undefined || budget.isExceeded) {
    return lines.text();
  }
  const drawings = await relationsOf(zip, drawing);
  const texts = await readDrawnTexts(zip, drawings, { isChartTitleOnly: true });
  const shapes = new ShapeText(new TextWriter(budget), texts);
  await readXml(zip.stream(drawing), shapes, { skip: DRAWING_SKIP, isDone });
  return [lines.text(), shapes.finish()].filter((text) => text !== "").join("\n\n");
}

interface Workbook {
  isFrom1904: boolean;
  sheets: { name: string; relationId: string }[];
}

async function readWorkbook(zip: ZipArchive, part: string): Promise<Workbook> {
  const workbook: Workbook = { isFrom1904: false, sheets: [] };
  await readXml(zip.stream(part), {
    open(name, attributes) {
      if (name === "sheet") {
        zip.work.hold(attributes["name"]?.length ?? 0);
        workbook.sheets.push({
          name: attributes["name"] ?? "",
          relationId: prefixedAttribute(attributes, "id") ?? "",
        });
      } else if (name === "workbookPr" && attributes["date1904"] !== undefined) {
        workbook.isFrom1904 = isOn(attributes["date1904"]);
      }
    },
  });
  return workbook;
}
