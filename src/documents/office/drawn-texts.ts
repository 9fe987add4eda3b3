/**
 * Text that a part of an Office document shows by reference: the labels of diagrams (SmartArt) and the
 * figures of charts stand in parts of their own, named by a relation's id.
 */
import { DOCUMENT } from "../../limits";
import type { ZipArchive } from "../package/zip";
import { TextBudget, TextWriter } from "../text/text-writer";
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
  for (const { id, type, part } of relations.filter((relation) => zip.has(relation.part))) {
    if (type === "diagramData") {
      texts.set(id, await readDiagram(zip, part));
    } else if (type === "chart" || type === "chartEx") {
      const chart = await readChart(zip, part);
      texts.set(id, isChartTitleOnly ? chart.titles() : chart.table());
    }
  }
  return new DrawnTexts(texts);
}

async function readDiagram(zip: ZipArchive, part: string): Promise<string> {
  const budget = new TextBudget(DOCUMENT.drawnTextMaxChars);
  const shapes = new ShapeText(new TextWriter(budget));
  const options = { skip: DRAWING_SKIP, isDone: () => budget.isExceeded };
  await readXml(zip.stream(part), shapes, options);
  return shapes.finish();
}

async function readChart(zip: ZipArchive, part: string): Promise<ChartReader> {
  const chart = new ChartReader();
  await readXml(zip.stream(part), chart, { skip: DRAWING_SKIP, isDone: () => chart.isFull });
  return chart;
}
