/** XLSX: the sheets in the order of their tabs, hidden ones too; formulas by the values kept with them. */
import { DOCUMENT } from "../../limits";
import type { DocumentPage, Extraction } from "../document";
import type { ZipArchive } from "../package/zip";
import type { ReaderContext } from "../reader";
import { type TextBudget, TextWriter } from "../text/text-writer";
import { prefixedAttribute, readXml } from "../text/xml";
import { unreadable } from "../unreadable";
import { DRAWING_SKIP } from "./drawn-text";
import { readDrawnTexts } from "./drawn-texts";
import { isOn, mainPart, partOfType, readProperties, relationsOf } from "./ooxml";
import { ShapeText } from "./shape-text";
import { SheetLines } from "./sheet-lines";
import { type NumberFormats, readNumberFormats } from "./xlsx-format";
import { XlsxSheet } from "./xlsx-sheet";

/** Pronunciation guides, formulas, and what is drawn or said beside the cells. */
const SKIP = new Set(["rPh", "phoneticPr", "f", "extLst", "headerFooter", "dataValidations"]);

export async function readXlsx(zip: ZipArchive, { budget }: ReaderContext): Promise<Extraction> {
  const part = await mainPart(zip);
  const relations = await relationsOf(zip, part);
  const workbook = await readWorkbook(zip, part);
  const sharedStrings = await readSharedStrings(zip, partOfType(zip, relations, "sharedStrings"));
  const styles = partOfType(zip, relations, "styles");
  const formats = await readNumberFormats(zip, styles, workbook.isFrom1904);
  const parts = new Map(relations.map(({ id, part: sheet }) => [id, sheet]));
  const pages: DocumentPage[] = [];
  for (const { name, relationId } of workbook.sheets) {
    const sheet = parts.get(relationId);
    const isRead = sheet !== undefined && zip.has(sheet) && !budget.isExceeded;
    const text = isRead ? await readSheet(zip, sheet, { budget, sharedStrings, formats }) : "";
    pages.push({ number: pages.length + 1, name, text });
  }
  const properties = partOfType(zip, await relationsOf(zip, ""), "core-properties");
  return { pageUnit: "sheet", pages, metadata: await readProperties(zip, properties) };
}

interface SheetContext {
  budget: TextBudget;
  sharedStrings: readonly string[];
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

/** Texts that cells refer to by their place in this table; one text may be made of several runs. */
async function readSharedStrings(zip: ZipArchive, part: string | undefined): Promise<string[]> {
  const strings: string[] = [];
  let current = "";
  let chars = 0;
  let isInText = false;
  if (part !== undefined) {
    await readXml(
      zip.stream(part),
      {
        open(name) {
          isInText = name === "t";
        },
        text(text) {
          current += isInText ? text : "";
        },
        close(name) {
          isInText = false;
          if (name === "si") {
            strings.push(current);
            chars += current.length;
            current = "";
          }
        },
      },
      { skip: SKIP, isDone: () => refuseStrings(chars + current.length) },
    );
  }
  return strings;
}

function refuseStrings(chars: number): false {
  if (chars > DOCUMENT.sharedStringsMaxChars) {
    throw unreadable("file_too_large", "The workbook holds too many texts to be read.");
  }
  return false;
}
