/**
 * Text that a part of an Office document shows by reference: the labels of diagrams (SmartArt) and the
 * figures of charts stand in parts of their own, named by a relation's id.
 */
import type { ZipArchive } from "../package/zip";
import { TextWriter } from "../text/text-writer";
import { readXml } from "../text/xml";
import { ChartReader } from "./chart";
import { DRAWING_SKIP, DrawnTexts } from "./drawn-text";
import type { Relation } from "./ooxml";
import { ShapeText } from "./shape-text";

interface DrawnOptions {
  /** A workbook's charts are drawn from its cells: their titles alone are new. */
  isChartTitleOnly?: boolean;
}

export async function readDrawnTexts(
  zip: ZipArchive,
  relations: readonly Relation[],
  { isChartTitleOnly = false }: DrawnOptions = {},
): Promise<DrawnTexts> {
  const texts = new Map<string, string>();
  const read = new Set<string>();
  for (const { id, type, part } of relations) {
    await zip.work.passEntry();
    if (!zip.has(part) || read.has(part)) {
      // No program shows one part at two places.
      continue;
    }
    if (type === "diagramData") {
      read.add(part);
      texts.set(id, await readDiagram(zip, part));
    } else if (type === "chart" || type === "chartEx") {
      read.add(part);
      const chart = new ChartReader(zip.work);
      await readXml(zip.stream(part), chart, { skip: DRAWING_SKIP });
      texts.set(id, zip.work.ahead.take(isChartTitleOnly ? chart.titles() : chart.table()));
    }
  }
  return new DrawnTexts(texts);
}

async function readDiagram(zip: ZipArchive, part: string): Promise<string> {
  const { ahead } = zip.work;
  const shapes = new ShapeText(new TextWriter(ahead));
  const options = { skip: DRAWING_SKIP, isDone: () => ahead.isExceeded };
  await readXml(zip.stream(part), shapes, options);
  return shapes.finish();
}
