/**
 * Counts what pdf.js does and keeps for one document, and stops it. pdf.js catches what is thrown inside of
 * it and goes on: a meter that has thrown once throws at each further step, and keeps why.
 */
import { DOCUMENT } from "../../limits";
import { yieldToEventLoop } from "../../yield-to-event-loop";
import type { ReadingPlace } from "../reading-place";
import { unreadable } from "../unreadable";
import { type Meter, type Ref, setMeter } from "./pdfjs/pdfjs";

/** Units of work, some ten nanoseconds each. */
const TOKEN_WORK = 15;
const OPERATOR_WORK = 60;
/** What an entry of the table of objects takes. */
const ENTRY_BYTES = 72;
/** Bytes that are copied by one unit of work. */
const COPIED_BYTES = 16;
/** What is unpacked at once where it is said to be too much of that, and not of the work on it. */
const UNPACKED_BYTES = 2 ** 20;
/** Tokens of one object, or of one operator: an array of so many numbers is no page's. */
const MAX_TOKENS = 150_000;
/** Tokens of a packed stream whose objects stay once they are read: reading them anew is long, and may not pause. */
const LONG_PACK_TOKENS = 50_000;
/** What a token takes of the memory of the objects that are kept. */
const TOKEN_BYTES = 40;

export class PdfMeter implements Meter {
  /** Why reading has to end, once it has. */
  failure: Error | null = null;
  #work: number = DOCUMENT.pdfMaxWork;
  #turn = 0;
  #tokens = 0;
  /** What a stream has grown to in this turn. */
  #unpacked = 0;
  #held = 0;
  #kept = 0;
  #pausing: Promise<void> | null = null;
  readonly #emptyForms = new Set<string>();
  readonly #place: ReadingPlace;

  /** @param place Asked for, between two turns, once the document turns out to be large. */
  constructor(place: ReadingPlace) {
    this.#place = place;
  }

  /** What pdf.js does until the next pause is this document's. */
  resume(): void {
    setMeter(this);
  }

  /** Throws what has ended the reading, where something has. */
  check(): void {
    if (this.failure !== null) {
      throw this.failure;
    }
  }

  /** Says whether so much is kept that it is to be dropped, and counts it as gone then. */
  startPage(): boolean {
    const isFull = this.#kept > DOCUMENT.pdfMaxHeldBytes / 4;
    this.#kept = isFull ? 0 : this.#kept;
    this.#tokens = 0;
    this.#emptyForms.clear();
    return isFull;
  }

  charge(units: number): void {
    this.check();
    this.#work -= units;
    this.#turn += units;
    if (this.#work < 0 || this.#turn > DOCUMENT.pdfMaxWorkAtOnce) {
      this.#fail(
        this.#unpacked > UNPACKED_BYTES
          ? unreadable("zip_bomb", "The PDF unpacks to more than an honest document would.")
          : unreadable("file_too_large", "Reading the PDF takes more work than one may ask for."),
      );
    }
  }

  token(): void {
    this.charge(TOKEN_WORK);
    this.keep(TOKEN_BYTES);
    this.#tokens += 1;
    if (this.#tokens > MAX_TOKENS) {
      this.#fail(unreadable("file_damaged", "The PDF is damaged: one of its objects has no end."));
    }
  }

  operator(): void {
    this.charge(OPERATOR_WORK);
    this.#kept -= this.#tokens * TOKEN_BYTES;
    this.#tokens = 0;
  }

  entry(): void {
    this.operator();
    this.hold(ENTRY_BYTES);
  }

  object(): number {
    const tokens = this.#tokens;
    this.charge(OPERATOR_WORK);
    this.#tokens = 0;
    return tokens;
  }

  holdsPack(tokens: number): boolean {
    const bytes = tokens * TOKEN_BYTES;
    if (tokens < LONG_PACK_TOKENS || this.#held + bytes > DOCUMENT.pdfMaxHeldBytes / 2) {
      return false;
    }
    this.#kept -= bytes;
    this.hold(bytes);
    return true;
  }

  unpack(bytes: number): void {
    this.check();
    if (bytes > DOCUMENT.pdfStreamMaxBytes) {
      this.#fail(unreadable("zip_bomb", "The PDF unpacks to more than an honest document would."));
    }
    this.#unpacked = bytes;
    this.charge(bytes / COPIED_BYTES);
  }

  hold(bytes: number): void {
    this.check();
    this.#held += bytes;
    this.#limitMemory();
  }

  keep(bytes: number): void {
    this.#kept += bytes;
    this.#limitMemory();
  }

  isTurnOver(): boolean {
    return this.#turn > DOCUMENT.pdfWorkPerTurn;
  }

  /** Several may wait at once, as for objects: the turn of all of them is over then, and the next one is shared. */
  async pause(): Promise<void> {
    while (this.isTurnOver()) {
      this.#pausing ??= this.#endTurn();
      await this.#pausing;
      this.resume();
    }
  }

  async #endTurn(): Promise<void> {
    await yieldToEventLoop();
    this.#turn = 0;
    this.#unpacked = 0;
    this.#pausing = null;
    await this.#enter();
  }

  async #enter(): Promise<void> {
    try {
      await this.#place.enter(this.#held + this.#kept > DOCUMENT.smallMaxHeldBytes);
    } catch (error) {
      this.#fail(error instanceof Error ? error : new Error(String(error)));
    }
  }

  isEmptyForm(ref: Ref): boolean {
    return this.#emptyForms.has(ref.toString());
  }

  addEmptyForm(id: string): void {
    this.#emptyForms.add(id);
  }

  #limitMemory(): void {
    if (this.#held + this.#kept > DOCUMENT.pdfMaxHeldBytes) {
      this.#fail(
        unreadable("file_too_large", "The PDF defines more than can be held while it is read."),
      );
    }
  }

  #fail(failure: Error): never {
    this.failure ??= failure;
    throw this.failure;
  }
}
