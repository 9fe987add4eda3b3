/**
 * What is used of pdf.js's core, as `scripts/build-pdfjs.ts` leaves it: the classes that pdf.js runs in a worker of
 * its own, without the messages between. Shapes are those of pdf.js 6.1.
 */

/** What pdf.js tells all its work. Each call may throw, and pdf.js may swallow that: a meter goes on throwing. */
export interface Meter {
  /** Throws again what it has thrown before, where it has. */
  check(): void;
  /** Work in units of some ten nanoseconds. */
  charge(units: number): void;
  /** One token read, and kept until the next operator or entry. */
  token(): void;
  /** One operator of a page read: its tokens are done with. */
  operator(): void;
  /** One object of many read: its tokens are kept. Says how many there are since the last one. */
  object(): number;
  /** Whether the objects of a packed stream of so many tokens are kept until the document is closed. */
  holdsPack(tokens: number): boolean;
  /** One page begins. Says whether what is kept is to be dropped now. */
  startPage(): boolean;
  /** One object's place in the file read, and kept. */
  entry(): void;
  /** A stream grows to so many bytes. */
  unpack(bytes: number): void;
  /** Bytes kept until the document is closed, and until the page is left. */
  hold(bytes: number): void;
  keep(bytes: number): void;
  /** It is time for others. */
  isTurnOver(): boolean;
  /** Waits until others had their turn, where it is time. */
  pause(): Promise<void>;
  /** Forms of the page at hand that have told no text. */
  isEmptyForm(ref: Ref): boolean;
  addEmptyForm(id: string): void;
}

/** The meter of the document that works until the next pause. */
export function setMeter(meter: Meter): void;
export function setVerbosityLevel(level: 0): void;
/** Forgets what all documents share. */
export function clearGlobalCaches(): void;
/** A string of a PDF, in whichever of its encodings, as text. */
export function stringToPDFString(text: string): string;

export class Ref {
  toString(): string;
}
export class Name {
  name: string;
}
export class Dict {
  /** The value, fetched where it is a reference. */
  get(key: string): unknown;
  has(key: string): boolean;
}

export class PasswordException extends Error {}
/** The table of objects is damaged; the file may be searched for them. */
export class XRefParseException extends Error {}

export class WorkerTask {
  constructor(name: string);
  terminate(): void;
}

export interface TextItem {
  str: string;
  width: number;
  height: number;
  transform: number[];
  fontName: string;
  hasEOL: boolean;
}
export interface TextContent {
  items: TextItem[];
  styles: Record<string, { vertical: boolean }>;
}
export interface TextSink {
  /** Items after which pdf.js looks whether it may go on. */
  desiredSize: number;
  ready: Promise<void>;
  enqueue(content: TextContent, size: number): void;
}

export interface Handler {
  send(): void;
  sendWithPromise(
    action: "FetchBinaryData",
    file: { kind: string; filename: string },
  ): Promise<Uint8Array>;
}

export interface Page {
  annotations: unknown[];
  extractTextContent(options: {
    handler: Handler;
    task: WorkerTask;
    includeMarkedContent: false;
    disableNormalization: false;
    sink: TextSink;
  }): Promise<void>;
}

export class LocalPdfManager {
  constructor(options: {
    source: Uint8Array;
    docId: string;
    docBaseUrl: null;
    enableXfa: false;
    password: undefined;
    handler: Handler;
    evaluatorOptions: Record<string, boolean | number | string | null>;
  });
  pdfDocument: {
    numPages: number;
    documentInfo: Record<string, unknown>;
    xref: {
      fetchIfRef(object: unknown): unknown;
      /** Forgets the objects that were parsed so far. */
      dropCache(): void;
    };
    cleanup(): Promise<void>;
  };
  /** Throws PasswordException, XRefParseException and others. */
  initDocument(recoveryMode: boolean): Promise<void>;
  getPage(index: number): Promise<Page>;
}
