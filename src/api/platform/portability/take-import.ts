/** Takes the records of a body in, as many as one invocation may write, and says where to go on. */
import {
  type Counts,
  type ExportRecord,
  type RecordOf,
  type TableRecord,
  isTableRecord,
  noCounts,
} from "../../../domain/records/export-record";
import { RECORD_TABLES } from "../../../domain/records/record-tables";
import { checkDeployment, checkOpening } from "../../../engine/check-definition";
import { FILE, IMPORT } from "../../../limits";
import { deleteObjects, fileKey } from "../../../store/files/objects";
import { isClientIdTaken } from "../../../store/messages/supersede-messages";
import { WrongSize, importBytes } from "../../../store/portability/import-file";
import { ImportWindow } from "../../../store/portability/import-window";
import { ApiError, fail } from "../../shared/reply/fail";
import { type RecordLine, RecordLines } from "./record-lines";

export interface ImportReceipt {
  /** Records that were new. */
  imported: Counts;
  /** Those that were there already. */
  skipped: number;
  complete: boolean;
  /** Where `complete` is false: the first line that was not taken. */
  next_line: number | null;
}

/** @param fromLine Lines before it have been taken already. */
export async function takeImport(
  env: Env,
  projectId: string,
  body: ReadableStream<Uint8Array> | null,
  fromLine: number,
): Promise<ImportReceipt> {
  const lines = new RecordLines(body, fromLine);
  const taker = new ImportTaker(env, projectId, lines);
  try {
    return await taker.takeAll();
  } catch (error) {
    // What stood before the line at fault is kept.
    await taker.write();
    throw error;
  }
}

class ImportTaker {
  readonly #env: Env;
  readonly #projectId: string;
  readonly #lines: RecordLines;
  readonly #window = new ImportWindow();
  readonly #imported = noCounts();
  #skipped = 0;
  #queries: number = IMPORT.queries;
  #objects: number = IMPORT.objects;
  /** Objects in the bucket whose rows wait in the window. */
  #storedKeys: string[] = [];

  constructor(env: Env, projectId: string, lines: RecordLines) {
    this.#env = env;
    this.#projectId = projectId;
    this.#lines = lines;
  }

  async takeAll(): Promise<ImportReceipt> {
    let promisesEnd = false;
    let taken = 0;
    for (let next = await this.#lines.next(); next !== null; next = await this.#lines.next()) {
      const { record, line } = next;
      if (record.type === "bobbin_export" && taken === 0) {
        promisesEnd = record.version > 1;
      } else if (record.type === "end") {
        return this.#finish();
      } else if (!isTableRecord(record)) {
        return this.#lines.refuseLine(misplaced(record.type));
      } else if (!(await this.#take(record, next))) {
        return { ...(await this.#finish()), complete: false, next_line: line };
      }
      taken += 1;
    }
    if (taken === 0) {
      return this.#lines.refuseLine("is missing: there are no records", 1);
    }
    return promisesEnd
      ? this.#lines.refuseLine(
          "is the last, and no `end` line: the export was cut off; get it again",
        )
      : this.#finish();
  }

  /** Writes what waits; of a file whose row is refused nothing is left. */
  async write(): Promise<void> {
    const stored = this.#storedKeys;
    this.#storedKeys = [];
    try {
      const { made, known, lostLine, queries } = await this.#window.write(
        this.#env,
        this.#projectId,
      );
      this.#queries -= queries;
      for (const [type, count] of made) {
        this.#imported[RECORD_TABLES[type].table] += count;
      }
      this.#skipped += known;
      if (lostLine !== null) {
        const message = "is of a thread that is not there: its `thread` line must stand before it";
        this.#lines.refuseLine(message, lostLine);
      }
    } catch (error) {
      if (!(error instanceof ApiError)) {
        await deleteObjects(this.#env.FILES, stored);
      }
      if (isClientIdTaken(error)) {
        this.#lines.refuseLine(
          "or one of the lines before it, has a `client_id` that another message of its thread has",
        );
      }
      throw error;
    }
  }

  /** False where this invocation may not take it any more. */
  async #take(record: TableRecord, { line, chars }: RecordLine): Promise<boolean> {
    if (!this.#window.hasRoomFor(chars)) {
      await this.write();
    }
    if (this.#window.queriesWith(record.type) > this.#queries) {
      return false;
    }
    if (record.type === "tool_version") {
      await this.#checkVersion(record, line);
    }
    if (record.type !== "file") {
      this.#window.add(record, { line, chars });
      return true;
    }
    return this.#takeFile(record, { line, chars });
  }

  async #takeFile(
    file: RecordOf<"file">,
    place: { line: number; chars: number },
  ): Promise<boolean> {
    const objects = CALLS_PER_FILE + Math.ceil(file.size / FILE.uploadPartBytes);
    if (objects > this.#objects && this.#objects < IMPORT.objects) {
      return false;
    }
    this.#objects -= objects;
    if (file.is_lost) {
      this.#skipped += 1;
      return true;
    }
    try {
      const pieces = this.#piecesOf(file);
      if (await importBytes(this.#env, this.#projectId, file, pieces)) {
        this.#storedKeys.push(fileKey(this.#projectId, file.id));
      }
    } catch (error) {
      if (error instanceof WrongSize) {
        return this.#lines.refuseLine("ends a file whose bytes are not as many as it says");
      }
      throw error;
    }
    this.#window.add(file, place);
    return true;
  }

  async *#piecesOf({ size }: RecordOf<"file">): AsyncGenerator<Uint8Array> {
    for (let left = size; left > 0;) {
      const record = (await this.#lines.next())?.record;
      if (record?.type !== "bytes") {
        return this.#lines.refuseLine("must be a piece of the file before it");
      }
      const bytes = Uint8Array.fromBase64(record.base64);
      if (bytes.byteLength === 0 || bytes.byteLength > left) {
        return this.#lines.refuseLine("is no piece of the file before it: its length is wrong");
      }
      left -= bytes.byteLength;
      yield bytes;
    }
  }

  /** By the rules of a deploy: what they refuse would fail in its first run. */
  async #checkVersion({ actions, open }: RecordOf<"tool_version">, line: number): Promise<void> {
    const checked = await checkDeployment(actions);
    const opening = checked.ok ? checkOpening(open ?? undefined, checked.actions) : checked;
    if (!opening.ok) {
      const issues = opening.issues.map((issue) => ({
        ...issue,
        path: ["line", line, ...issue.path],
      }));
      fail({ kind: "invalid", where: "body", issues });
    }
  }

  async #finish(): Promise<ImportReceipt> {
    await this.write();
    return { imported: this.#imported, skipped: this.#skipped, complete: true, next_line: null };
  }
}

/** Whether it is there, and its one part. */
const CALLS_PER_FILE = 2;

function misplaced(type: Exclude<ExportRecord["type"], TableRecord["type"] | "end">): string {
  return type === "bytes"
    ? "must not be `bytes` here: pieces follow their `file` line"
    : "must not be `bobbin_export` here: it is the first line";
}
