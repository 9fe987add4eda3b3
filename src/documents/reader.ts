/** What the readers of packed formats are given. */
import type { DocumentSource, Extraction, PageSink } from "./extractor";
import type { ZipArchive } from "./package/zip";
import type { ReadingPlace } from "./reading-place";
import type { TextBudget } from "./text/text-writer";
import type { WorkBudget } from "./work-budget";

export interface ReaderContext {
  budget: TextBudget;
  work: WorkBudget;
  /** Of formats with pages. */
  pages: PageSink;
  place: ReadingPlace;
  /**
   * The text of a file that stands inside the document, whatever its format; empty where it holds none.
   * Throws like `extractText` where it cannot be read.
   */
  readEmbedded: (source: DocumentSource) => Promise<string>;
}

/** Formats without pages need the budget alone. */
export type StreamedReader = (
  source: DocumentSource,
  budget: TextBudget,
  context: ReaderContext,
) => Promise<Extraction>;

export type PackedReader = (zip: ZipArchive, context: ReaderContext) => Promise<Extraction>;
