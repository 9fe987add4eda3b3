/** Reads an export line by line and hands its records to the store. */
import { ExportRecord, type RecordOf } from "../../../domain/export-record";
import { issuesOf } from "../../../domain/issues-of";
import { passedBound } from "../../../domain/json";
import { EXPORT } from "../../../limits";
import {
  WrongSize,
  importActor,
  importFile,
  importMessage,
  importRun,
  importThread,
} from "../../../store/portability/import-records";
import { fail } from "../reply/fail";

type Kind = "actors" | "threads" | "messages" | "runs" | "files";

export interface ImportReceipt {
  imported: Record<Kind, number>;
  skipped: number;
}

export async function takeImport(
  env: Env,
  projectId: string,
  request: Request,
): Promise<ImportReceipt> {
  const records = new RecordReader(request.body ?? new Blob([]).stream());
  const receipt: ImportReceipt = {
    imported: { actors: 0, threads: 0, messages: 0, runs: 0, files: 0 },
    skipped: 0,
  };
  const header = await records.next();
  if (header?.type !== "bobbin_export") {
    return records.refuseLine("must be the header of an export");
  }
  for (let record = await records.next(); record !== null; record = await records.next()) {
    const [kind, isNew] = await takeRecord(env, projectId, record, records);
    if (isNew) {
      receipt.imported[kind] += 1;
    } else {
      receipt.skipped += 1;
    }
  }
  return receipt;
}

async function takeRecord(
  env: Env,
  projectId: string,
  record: ExportRecord,
  records: RecordReader,
): Promise<[Kind, boolean]> {
  switch (record.type) {
    case "actor":
      return ["actors", await importActor(env.DB, projectId, record)];
    case "thread":
      return ["threads", await importThread(env.DB, projectId, record)];
    case "message":
      return ["messages", await importMessage(env.DB, projectId, record)];
    case "run":
      return ["runs", await importRun(env, projectId, record)];
    case "file":
      return ["files", await takeFile(env, projectId, record, records)];
    case "bytes":
    case "bobbin_export":
      return records.refuseLine(`must not be "${record.type}" here`);
  }
}

async function takeFile(
  env: Env,
  projectId: string,
  file: RecordOf<"file">,
  records: RecordReader,
): Promise<boolean> {
  try {
    return await importFile(env, projectId, file, piecesOf(file, records));
  } catch (error) {
    if (error instanceof WrongSize) {
      return records.refuseLine("ends a file whose bytes are not as many as it says");
    }
    throw error;
  }
}

async function* piecesOf(
  { size }: RecordOf<"file">,
  records: RecordReader,
): AsyncGenerator<Uint8Array> {
  for (let left = size; left > 0;) {
    const record = await records.next();
    if (record?.type !== "bytes") {
      return records.refuseLine("must be a piece of the file before it");
    }
    const bytes = Uint8Array.from(atob(record.base64), (char) => char.charCodeAt(0));
    if (bytes.byteLength === 0 || bytes.byteLength > left) {
      return records.refuseLine("is no piece of the file before it: its length is wrong");
    }
    left -= bytes.byteLength;
    yield bytes;
  }
}

class RecordReader {
  readonly #lines: AsyncGenerator<string>;
  #number = 0;

  constructor(body: ReadableStream<Uint8Array>) {
    this.#lines = linesOf(body, () => this.refuseLine("is too long"));
  }

  /** The next line's record; null behind the last one. Blank lines do not count. */
  async next(): Promise<ExportRecord | null> {
    for (;;) {
      const { done, value } = await this.#lines.next();
      if (done === true) {
        return null;
      }
      this.#number += 1;
      if (value.trim() !== "") {
        return this.#parse(value);
      }
    }
  }

  /** Names the line that was read last. What the lines before it brought is kept. */
  refuseLine(message: string): never {
    const issues = [{ path: ["line", this.#number], message }];
    return fail({ kind: "invalid", where: "body", issues });
  }

  #parse(line: string): ExportRecord {
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      return this.refuseLine("is not JSON");
    }
    if (passedBound(value, { maxNesting: EXPORT.lineMaxNesting }) !== null) {
      return this.refuseLine(`is nested deeper than ${EXPORT.lineMaxNesting} levels`);
    }
    const parsed = ExportRecord.safeParse(value, { reportInput: true });
    if (parsed.success) {
      return parsed.data;
    }
    const issues = issuesOf(parsed.error.issues, ["line", this.#number]);
    return fail({ kind: "invalid", where: "body", issues });
  }
}

async function* linesOf(
  body: ReadableStream<Uint8Array>,
  refuseLong: () => never,
): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let open: string[] = [];
  let length = 0;
  for await (const chunk of body) {
    const [first = "", ...others] = decoder.decode(chunk, { stream: true }).split("\n");
    open.push(first);
    length += first.length;
    if (length > EXPORT.lineMaxChars) {
      refuseLong();
    }
    for (const next of others) {
      yield open.join("");
      open = [next];
      length = next.length;
    }
  }
  if (length > 0) {
    yield open.join("");
  }
}
