/** One PDF in the hands of pdf.js: opened, read page by page, and let go. */
import type { ReadingPlace } from "../reading-place";
import { unreadable } from "../unreadable";
import { CharacterMaps } from "./cmaps/character-maps";
import { PdfMeter } from "./meter";
import {
  clearGlobalCaches,
  type Handler,
  LocalPdfManager,
  type Page,
  PasswordException,
  setVerbosityLevel,
  type TextContent,
  WorkerTask,
  XRefParseException,
} from "./pdfjs/pdfjs";

/** Documents that are open in this isolate: what they share is forgotten with the last. */
let openFiles = 0;

export class PdfFile {
  readonly #manager: LocalPdfManager;
  readonly #handler: Handler;
  readonly #meter: PdfMeter;

  private constructor(manager: LocalPdfManager, handler: Handler, meter: PdfMeter) {
    this.#manager = manager;
    this.#handler = handler;
    this.#meter = meter;
  }

  /** Throws ActionFailure `file_encrypted`, `file_damaged`, `file_too_large` or `zip_bomb`. */
  static async open(bytes: Uint8Array, place: ReadingPlace): Promise<PdfFile> {
    setVerbosityLevel(0);
    const maps = await CharacterMaps.load();
    const handler: Handler = {
      send() {},
      sendWithPromise: async (_, file) => maps.find(file),
    };
    const meter = new PdfMeter(place);
    meter.resume();
    openFiles += 1;
    try {
      const manager = new LocalPdfManager({
        source: bytes,
        docId: "d",
        docBaseUrl: null,
        enableXfa: false,
        password: undefined,
        handler,
        evaluatorOptions: {
          ignoreErrors: true,
          // Fonts are not drawn, only read.
          disableFontFace: true,
          fontExtraProperties: false,
          useSystemFonts: false,
          useWasm: false,
          useWorkerFetch: false,
          cMapUrl: null,
          cMapPacked: true,
          standardFontDataUrl: null,
          isOffscreenCanvasSupported: false,
          isImageDecoderSupported: false,
        },
      });
      await start(manager);
      meter.check();
      return new PdfFile(manager, handler, meter);
    } catch (error) {
      openFiles -= 1;
      meter.check();
      throw error instanceof PasswordException
        ? unreadable("file_encrypted", "The PDF is protected by a password.")
        : unreadable("file_damaged", "The PDF is damaged: it has no readable structure.");
    }
  }

  get pages(): number {
    return this.#manager.pdfDocument.numPages;
  }

  /** What the file says about itself, by pdf.js' names. */
  get info(): Readonly<Record<string, unknown>> {
    this.#meter.resume();
    const { documentInfo } = this.#manager.pdfDocument;
    this.#meter.check();
    return documentInfo;
  }

  /**
   * Hands the text of a page to `take` in the order in which it is drawn, until that says that it is enough,
   * and answers with the page. `number` from 1. Throws as `open` does.
   */
  async readPage(number: number, take: (content: TextContent) => boolean): Promise<Page> {
    this.#meter.resume();
    if (this.#meter.startPage()) {
      // Objects of the pages before are parsed anew where they are met again.
      this.#manager.pdfDocument.xref.dropCache();
    }
    const task = new WorkerTask(`page ${number}`);
    try {
      const page = await this.#manager.getPage(number - 1);
      await page.extractTextContent({
        handler: this.#handler,
        task,
        includeMarkedContent: false,
        disableNormalization: false,
        sink: {
          desiredSize: Number.POSITIVE_INFINITY,
          ready: Promise.resolve(),
          enqueue(content) {
            if (!take(content)) {
              task.terminate();
            }
          },
        },
      });
      this.#meter.check();
      return page;
    } catch {
      this.#meter.check();
      throw unreadable("file_damaged", `The PDF is damaged: page ${number} cannot be read.`);
    }
  }

  /** The object, where a reference is given instead. Throws ActionFailure `file_too_large` alone. */
  fetch(object: unknown): unknown {
    try {
      return this.#manager.pdfDocument.xref.fetchIfRef(object);
    } catch {
      this.#meter.check();
      return null;
    }
  }

  async close(): Promise<void> {
    openFiles -= 1;
    await this.#manager.pdfDocument.cleanup().catch(() => {});
    if (openFiles === 0) {
      clearGlobalCaches();
    }
  }
}

async function start(manager: LocalPdfManager): Promise<void> {
  try {
    await manager.initDocument(false);
  } catch (error) {
    if (!(error instanceof XRefParseException)) {
      throw error;
    }
    await manager.initDocument(true);
  }
}
