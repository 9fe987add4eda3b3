/** What an extractor is given and what it gives back. */

/** A file's bytes wherever they are kept. Offsets and lengths in bytes. */
export interface DocumentSource {
  /** As its owner named it; believed only where the bytes leave a choice among plain texts. */
  name: string;
  size: number;
  /** The encoding that whoever brought the file has named, by its canonical name. */
  charset?: string | null;
  /** Bytes `offset` to `offset + length`, fewer at the end of the file. */
  read(offset: number, length: number): Promise<Uint8Array>;
  /** A stream of bytes where `size` is beyond `DOCUMENT.readWholeMaxBytes`: large files are read into one's own buffer. */
  stream(): Promise<ReadableStream<Uint8Array>>;
}

/** What a format counts its parts in. */
export type PageUnit = "page" | "sheet" | "slide" | "chapter";

/** One page, slide or sheet as text. */
export interface DocumentPage {
  /** From 1, in reading order. */
  number: number;
  /** A sheet's name, a chapter's title. */
  name?: string;
  text: string;
}

export interface ExtractedText {
  mimeType: string;
  /** Present where the format has parts that a reader can point at; flowing text has none. */
  pageUnit?: PageUnit;
  pages?: DocumentPage[];
  /** The whole text; parts are headed `[page 3]`, `[sheet 1: Costs]`. */
  text: string;
  /** What the file says about itself: `title`, `author`, `created`, `modified`, `from` … */
  metadata: Record<string, string>;
  /** The document goes on beyond what was kept. */
  truncated: boolean;
}

/** What one format's reader finds; the door adds the rest. */
export type Extraction = FlowingText | PagedText;

interface FlowingText {
  text: string;
  metadata: Record<string, string>;
  /** The file's own end is missing. */
  isCut?: boolean;
}

/** Its pages have gone to the reader's `PageSink`. */
interface PagedText {
  pageUnit: PageUnit;
  metadata: Record<string, string>;
}

/** Takes the pages of a document in their order, each as soon as it is read. */
export interface PageSink {
  /** What an earlier reading has left: readers may pass over these pages, and `add` does. */
  readonly kept: { pages: number; chars: number };
  add(page: DocumentPage): Promise<void>;
}
