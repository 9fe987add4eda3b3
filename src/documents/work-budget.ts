/**
 * What reading one document may cost, counted by what is done and kept and not by the file's bytes
 * alone: a file of thirty kilobytes can ask for the same part three thousand times. One budget a
 * document, those that stand inside it included.
 */
import { DOCUMENT } from "../limits";
import { yieldToEventLoop } from "../yield-to-event-loop";
import type { ReadingPlace } from "./reading-place";
import { TextBudget } from "./text/text-writer";
import { unreadable } from "./unreadable";

export class WorkBudget {
  /** For text that is read before the place where it stands. */
  readonly ahead = new TextBudget(DOCUMENT.maxChars);
  #work: number = DOCUMENT.maxWork;
  #held: number = DOCUMENT.maxHeldBytes;
  #pages: number = DOCUMENT.maxPages;
  #sincePause = 0;
  readonly #place: ReadingPlace | null;

  /** @param place Asked for, between two turns, once the document turns out to be large. */
  constructor(place: ReadingPlace | null = null) {
    this.#place = place;
  }

  /** Counts bytes unpacked, or what takes as long. Throws ActionFailure `file_too_large`. */
  spend(bytes: number): void {
    this.#work -= bytes;
    this.#sincePause += bytes;
    if (this.#work < 0) {
      throw unreadable("file_too_large", "Reading the file takes more work than one may ask for.");
    }
  }

  /** Gives others their turn where much has been done since the last one. */
  async pause(): Promise<void> {
    if (this.#sincePause > DOCUMENT.workPerTurn) {
      this.#sincePause = 0;
      await yieldToEventLoop();
      await this.#place?.enter(this.#isLarge());
    }
  }

  /** Counts an entry of a table that is gone through, and pauses as `pause` does. Throws as `spend` does. */
  async passEntry(): Promise<void> {
    this.spend(DOCUMENT.entryWork);
    await this.pause();
  }

  #isLarge(): boolean {
    return (
      DOCUMENT.maxWork - this.#work > DOCUMENT.smallMaxWork ||
      DOCUMENT.maxHeldBytes - this.#held > DOCUMENT.smallMaxHeldBytes
    );
  }

  /** Counts what is kept until the end: an entry of a table with its texts. Throws as `spend` does. */
  hold(chars: number): void {
    if (!this.tryHold(chars)) {
      throw unreadable(
        "file_too_large",
        "The file defines more than can be held while it is read.",
      );
    }
  }

  /** False where there is no room. */
  tryHold(chars: number): boolean {
    const bytes = DOCUMENT.heldEntryBytes + 2 * chars;
    const hasRoom = bytes <= this.#held;
    this.#held -= hasRoom ? bytes : 0;
    return hasRoom;
  }

  /** Counts a page, sheet, slide or chapter. Throws as `spend` does. */
  addPage(name = ""): void {
    this.#pages -= 1;
    if (this.#pages < 0) {
      const limit = DOCUMENT.maxPages;
      throw unreadable(
        "file_too_large",
        `A document may have ${limit} pages, sheets or slides at most.`,
      );
    }
    this.hold(name.length);
  }
}
