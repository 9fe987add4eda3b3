/** The records of an NDJSON body, line by line; a line that is none is refused by its number. */
import { joinBytes } from "../../../domain/bytes";
import { issuesOf, REPORT_INPUT } from "../../../domain/issues-of";
import { passedBound } from "../../../domain/json";
import { type EndRecord, ExportRecord, asWritten } from "../../../domain/records/export-record";
import { completeRecord, nameWhatIsMissing } from "../../../domain/records/hand-written-record";
import { IMPORT } from "../../../limits";
import { RunningDigest } from "../../../store/portability/running-digest";
import { fail } from "../../shared/reply/fail";
import { UPLOAD_PATIENCE, bodyChunks } from "../../shared/request/body-watch";

export interface RecordLine {
  record: ExportRecord;
  line: number;
  /** UTF-16 units. */
  chars: number;
}

const LINE_END = 10;

export class RecordLines {
  readonly #lines: AsyncGenerator<Uint8Array>;
  readonly #fromLine: number;
  readonly #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });
  readonly #digest = new RunningDigest();
  #number = 0;
  /** Whose messages follow, where they do not say it. */
  #threadId: string | null = null;

  /** @param fromLine Lines before it are only passed over. */
  constructor(body: ReadableStream<Uint8Array> | null, fromLine: number) {
    this.#lines = linesOf(body, () => {
      this.#number += 1;
      return this.refuseLine(`is longer than ${IMPORT.lineMaxBytes} bytes`);
    });
    this.#fromLine = fromLine;
  }

  /** The next line's record; null behind the last one. Blank lines do not count as records. */
  async next(): Promise<RecordLine | null> {
    for (;;) {
      const { done, value: bytes } = await this.#lines.next();
      if (done === true) {
        return null;
      }
      this.#number += 1;
      const found = this.#read(bytes);
      if (found?.record.type === "end") {
        await this.#checkEnd(found.record);
      } else {
        await this.#digest.update(bytes);
      }
      if (found !== null) {
        return found;
      }
    }
  }

  /** Names the line that was read last, or another. What the lines before it brought is kept. */
  refuseLine(message: string, line: number = this.#number): never {
    const issues = [{ path: ["line", line], message }];
    return fail({ kind: "invalid", where: "body", issues });
  }

  #read(bytes: Uint8Array): RecordLine | null {
    const text = this.#decode(bytes).trim();
    const isPassedOver = this.#number < this.#fromLine && !SHOWN_ALWAYS.test(text);
    if (text === "" || isPassedOver) {
      return null;
    }
    const record = this.#parse(text);
    if (record.type === "thread") {
      this.#threadId = record.id;
    }
    return this.#number < this.#fromLine && record.type !== "bobbin_export"
      ? null
      : { record, line: this.#number, chars: text.length };
  }

  #decode(bytes: Uint8Array): string {
    try {
      return this.#decoder.decode(bytes);
    } catch {
      return this.refuseLine("is not UTF-8");
    }
  }

  #parse(text: string): ExportRecord {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return this.refuseLine("is not JSON");
    }
    if (passedBound(value, { maxNesting: IMPORT.lineMaxNesting }) !== null) {
      return this.refuseLine(`is nested deeper than ${IMPORT.lineMaxNesting} levels`);
    }
    const { record, issue } = completeRecord(value, this.#threadId);
    if (issue !== undefined) {
      const issues = [{ ...issue, path: ["line", this.#number, ...issue.path] }];
      return fail({ kind: "invalid", where: "body", issues });
    }
    const parsed = ExportRecord.safeParse(record, REPORT_INPUT);
    if (parsed.success) {
      return asWritten(parsed.data, Object(record));
    }
    const found = issuesOf(parsed.error.issues, ["line", this.#number]);
    return fail({ kind: "invalid", where: "body", issues: nameWhatIsMissing(record, found) });
  }

  async #checkEnd({ sha256 }: EndRecord): Promise<void> {
    if (sha256 !== (await this.#digest.hex())) {
      this.refuseLine("does not fit what stands before it: the SHA-256 of all lines is another");
    }
  }
}

/** Read also where the lines are passed over: the header, the end, and whose messages follow. */
const SHOWN_ALWAYS = /"(?:bobbin_export|end|thread)"/;

/** With their line ends. */
async function* linesOf(
  body: ReadableStream<Uint8Array> | null,
  refuseLong: () => never,
): AsyncGenerator<Uint8Array> {
  let open: Uint8Array[] = [];
  let openBytes = 0;
  for await (const chunk of bodyChunks(body, UPLOAD_PATIENCE)) {
    let from = 0;
    for (let end = chunk.indexOf(LINE_END); end >= 0; end = chunk.indexOf(LINE_END, from)) {
      const last = chunk.subarray(from, end + 1);
      yield open.length === 0 ? last : joinBytes([...open, last]);
      [open, openBytes, from] = [[], 0, end + 1];
    }
    const rest = chunk.subarray(from);
    open.push(rest);
    openBytes += rest.byteLength;
    if (openBytes > IMPORT.lineMaxBytes) {
      refuseLong();
    }
  }
  if (openBytes > 0) {
    yield joinBytes(open);
  }
}
