/** Proves that whoever goes through a package's long tables leaves others their turns, counted by entries. */
import { describe, it, vi } from "vitest";

import { readChunks } from "../../src/documents/office/docx/docx-chunks";
import { readDrawnTexts } from "../../src/documents/office/drawn-texts";
import { partsById, type Relation } from "../../src/documents/office/ooxml";
import { ZipArchive } from "../../src/documents/package/zip";
import { ReadingPlace } from "../../src/documents/reading-place";
import { WorkBudget } from "../../src/documents/work-budget";
import { DOCUMENT } from "../../src/limits";
import { docx, paragraph } from "../support/small-packages";
import { sourceOf } from "./fixtures";

const RELATIONS: readonly Relation[] = Array.from({ length: 100_000 }, (_, at) => ({
  id: `r${at}`,
  type: "aFChunk",
  part: "word/document.xml",
}));
const ENTRIES_A_TURN = DOCUMENT.workPerTurn / DOCUMENT.entryWork;

const WALKS: Record<string, (zip: ZipArchive) => Promise<unknown>> = {
  "parts by their relations": (zip) => partsById(zip, RELATIONS),
  "what is drawn": (zip) => readDrawnTexts(zip, RELATIONS),
  "documents taken in whole": (zip) =>
    readChunks(zip, RELATIONS, { readEmbedded: async () => "text" }),
};

describe("a hundred thousand relations", () => {
  for (const [name, walk] of Object.entries(WALKS)) {
    it(`leave a turn every few thousand: ${name}`, async ({ expect }) => {
      const place = new ReadingPlace(undefined);
      const turns = vi.spyOn(place, "enter");
      const source = sourceOf(await docx(paragraph("text")), "a.docx");
      const zip = await ZipArchive.open(source, new WorkBudget(place));
      await walk(zip);
      const expected = Math.floor(RELATIONS.length / (ENTRIES_A_TURN + 1));
      expect(turns.mock.calls.length).toBeGreaterThanOrEqual(expected);
    });
  }
});
