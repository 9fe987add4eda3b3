/** The numbers of text out of files. */
import { KIB, MIB } from "./units.ts";

/** Text out of documents. An isolate has 128 MB for all that runs in it; the parsers stay well below. */
export const DOCUMENT = {
  /** UTF-16 units of text kept of one document: some 2 500 dense pages, 20 MB in memory at worst. */
  maxChars: 5_000_000,
  /**
   * Documents that are read at once in an isolate where they are large: by their bytes, or by what reading them
   * unpacks or holds. A quarter of the isolate's memory is left to small ones.
   */
  largeAtOnce: 1,
  smallMaxBytes: MIB,
  smallMaxWork: 16 * MIB,
  smallMaxHeldBytes: 4 * MIB,
  /** How often one in the line asks whether it is its turn, and after which silence it has died. */
  placePollMs: 50,
  placeMaxSilenceMs: 20_000,
  /** A PDF and what its parser makes of it are held whole. */
  pdfMaxBytes: 32 * MIB,
  /** One stream, unpacked: the parser holds it whole. The text of a page takes a hundredth. */
  pdfStreamMaxBytes: 24 * MIB,
  /** Headers and text of a mail or a mailbox, in their transfer encoding. Attachments are not held. */
  mailTextMaxBytes: 8 * MIB,
  /** Of one part; more than a thousand recipients. */
  mailHeaderMaxBytes: 256 * KIB,
  mailMaxParts: 5000,
  /** Texts of a mail or a mailbox whose encoding is guessed; those behind them are taken for the last one's. */
  mailMaxGuesses: 64,
  /** Of a pack of Outlook's (winmail.dat): what it says stands before what it holds. */
  mailPackMaxBytes: MIB,
  /** Of the RTF in such a pack, unpacked in one go; larger ones hold pictures. */
  mailRtfMaxBytes: 2 * MIB,
  /** A line of a mail has a thousand at most; what programs write as one is read in pieces. */
  mailLineMaxBytes: 256 * KIB,
  /** Steps of the PDF parser, some ten nanoseconds each: in all, between two pauses, and where it cannot pause. */
  pdfMaxWork: 1_000_000_000,
  pdfWorkPerTurn: 1_000_000,
  pdfMaxWorkAtOnce: 4_000_000,
  /** Objects, fonts and tables of characters that the PDF parser holds at once. */
  pdfMaxHeldBytes: 64 * MIB,
  /** A list of JSON is read element by element, each within `rowsMaxChars`; a larger one is JSONL. */
  jsonMaxBytes: 16 * MIB,
  /**
   * Rows that one answer may hold, as characters of their JSON: twice an action's output. As objects
   * they take up to thirty times as much.
   */
  rowsMaxChars: 2 * MIB,
  /** One record of a CSV, which is read at once. */
  rowMaxChars: MIB / 2,
  /** Three times what spreadsheets have. */
  maxColumns: 50_000,
  /** Lists and objects inside each other: SQLite reads no deeper JSON. */
  jsonMaxDepth: 1000,
  /** Files up to this size are read in one go: one request to the store instead of ten. */
  readWholeMaxBytes: 8 * MIB,
  /** What is asked of the store at once beyond that. */
  readAheadBytes: MIB,
  /** Streams hand out as little as 4 KiB; text is decoded in pieces of this size. */
  blockBytes: 64 * KIB,
  /** Bytes around what is not ASCII that an encoding is guessed by. */
  charsetSampleBytes: 8 * KIB,
  /** Enough bytes to tell what a file is. */
  sniffBytes: 16 * KIB,
  /** Twenty thousand parts. */
  zipDirectoryMaxBytes: 2 * MIB,
  /** Unpacked; a spreadsheet of a million rows comes near. */
  zipPartMaxBytes: 128 * MIB,
  /** Bytes unpacked over all parts that are read, and what takes as long: eight seconds of a slow processor. */
  maxWork: 256 * MIB,
  /** Opening a part takes as long as unpacking so much. */
  zipPartWork: 16 * KIB,
  /** Reading a part of a mail, or its header, takes as long as unpacking so much; so does guessing an encoding. */
  mailPartWork: 16 * KIB,
  guessWork: MIB,
  /** Between two pauses for everybody else; parts are often smaller. */
  workPerTurn: 128 * KIB,
  /** Tables that a reader keeps: styles, relations, shared strings, notes; and what an entry takes beside its text. */
  maxHeldBytes: 32 * MIB,
  heldEntryBytes: 128,
  /** Going past one such entry takes as long as unpacking so much; tables have a hundred thousand. */
  entryWork: 32,
  /** Pages of a PDF, sheets, slides, chapters. */
  maxPages: 5000,
  /** Deflate ends at 1032 to 1; the XML of honest documents stays below a tenth of that. */
  zipBombRatio: 100,
  /** A document that stands whole inside another one, and how many may stand inside each other. */
  embeddedMaxBytes: 8 * MIB,
  maxEmbeddedDepth: 2,
  /** Of one value that a document tells about itself. UTF-16 units. */
  metadataMaxChars: 1000,
  /** Elements, attributes, control words of one document that are followed: some seconds of work. */
  maxMarkup: 8_000_000,
  /** Of one element; they are held until it begins. */
  maxAttributes: 10_000,
  /** From one piece of markup to the next: a picture inside an attribute is the longest. UTF-16 units. */
  markupMaxChars: 16 * MIB,
  /** Elements inside elements; documents of real programs stay below a hundred. */
  maxMarkupDepth: 1000,
} as const;

/** How the text of a file is kept beside it. */
export const EXTRACTED_TEXT = {
  /** UTF-8; R2 hands out ranges of them, so the size bounds what one write holds and nothing else. */
  blockBytes: 512 * KIB,
  /** After so many pages a reading that is cut off goes on from there: two writes to R2. */
  pagesPerProgress: 50,
} as const;
