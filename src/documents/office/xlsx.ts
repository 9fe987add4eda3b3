/** XLSX: the sheets in the order of their tabs, hidden ones too; formulas by the values kept with them. */
import { DOCUMENT } from "../../limits";
import type { DocumentPage, Extraction } from "../document";
import type { ZipArchive } from "../package/zip";
import type { TextBudget } from "../text/text-writer";
import { prefixedAttribute, readXml } from "../text/xml";
import { unreadable } from "../unreadable";
import { isOn, mainPart, partOfType, readProperties, relationsOf } from "./ooxml";
import { SheetLines } from "./sheet-lines";
import { readNumberFormats } from "./xlsx-format";
import { XlsxSheet } from "./xlsx-sheet";

/** Pronunciation guides, formulas, and what is drawn or said beside the cells. */
const SKIP = new Set(["rPh", "phoneticPr", "f", "extLst", "headerFooter", "dataValidations"]);

export async function readXlsx(zip: ZipArchive, budget: TextBudget): Promise<Extraction> {
  const { part } = await mainPart(zip);
  const relations = await relationsOf(zip, part);
  const workbook = await readWorkbook(zip, part);
  const sharedStrings = await readSharedStrings(zip, partOfType(zip, relations, "sharedStrings"));
  const styles = partOfType(zip, relations, "styles");
  const formats = await readNumberFormats(zip, styles, workbook.isFrom1904);
  const pages: DocumentPage[] = [];
  for (const { name, relationId } of workbook.sheets) {
    const sheet = relations.find(({ id }) => id === relationId)?.part;
    const lines = new SheetLines(budget);
    if (sheet !== undefined && zip.has(sheet) && !budget.isExceeded) {
      const reader = new XlsxSheet({ lines, sharedStrings, formats });
      await readXml(zip.stream(sheet), reader, { skip: SKIP, isDone: () => budget.isExceeded });
    }
    pages.push({ number: pages.length + 1, name, text: lines.text() });
  }
  const properties = partOfType(zip, await relationsOf(zip, ""), "core-properties");
  return { pageUnit: "sheet", pages, metadata: await readProperties(zip, properties) };
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
