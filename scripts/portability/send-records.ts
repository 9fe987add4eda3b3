/** Sends the records of a project of a backup into a deployment, in order, from any place on. */
import * as z from "zod";

import { UserError } from "../local/settings.ts";
import type { Deployment, ProjectDoor } from "./deployment.ts";
import { linesOfFile, typeOf } from "./line-stream.ts";
import type { StoredProject } from "./read-backup.ts";

/** Of one call: it writes some thousands of records, and more would be passed over again and again. */
const BATCH_BYTES = 4 * 1024 * 1024;
const BATCH_LINES = 4000;
/** A larger file is sent by itself, as it is. */
const INLINE_FILE_BYTES = 192 * 1024;

const Receipt = z.object({
  complete: z.boolean(),
  next_line: z.int().nullable(),
  skipped: z.int(),
});
const FileReceipt = z.object({ is_new: z.boolean() });
const FileRecord = z.object({
  // It becomes a segment of a path: one that a tampered file holds must lead nowhere else.
  id: z.string().regex(/^[\w-]+$/, "is no file's id"),
  name: z.string(),
  mime_type: z.string(),
  size: z.int(),
  created_at_ms: z.int(),
  end_user_id: z.string().optional(),
});
type FileRecord = z.output<typeof FileRecord>;
const Piece = z.object({ base64: z.string() });

export interface Sending {
  deployment: Deployment;
  door: ProjectDoor;
  file: string;
  /** Told the byte of the file up to which everything is there. */
  reached: (offset: number) => Promise<void>;
}

/** @param from A byte that `reached` was told, or the project's start. */
export async function sendRecords(
  sending: Sending,
  { end }: Pick<StoredProject, "end">,
  from: number,
): Promise<void> {
  const batch = new Batch(sending);
  let offset = from;
  /** Bytes of a file that pieces are still to bring, and whether it went by itself. */
  let fileLeft = 0;
  let isSentAlone = false;
  for await (const line of linesOfFile(sending.file, from)) {
    if (offset >= end) {
      break;
    }
    offset += line.byteLength;
    const type = typeOf(line);
    if (type === "bytes") {
      fileLeft -= bytesOf(line).byteLength;
      if (!isSentAlone) {
        batch.add(line, offset);
      } else if (fileLeft === 0) {
        await sending.reached(offset);
      }
    } else if (type === "file") {
      const record = FileRecord.parse(JSON.parse(line.toString()));
      fileLeft = record.size;
      isSentAlone = record.size > INLINE_FILE_BYTES;
      if (isSentAlone) {
        await batch.send();
        await sendFile(sending, record, offset);
      } else {
        batch.add(line, offset);
      }
    } else if (type !== "checkpoint") {
      batch.add(line, offset);
    }
    if (fileLeft === 0 && batch.isFull) {
      await batch.send();
    }
  }
  await batch.send();
}

class Batch {
  readonly #sending: Sending;
  #lines: Buffer[] = [];
  #bytes = 0;
  #end = 0;

  constructor(sending: Sending) {
    this.#sending = sending;
  }

  get isFull(): boolean {
    return this.#bytes >= BATCH_BYTES || this.#lines.length >= BATCH_LINES;
  }

  /** @param end Of the line, in the file. */
  add(line: Buffer, end: number): void {
    this.#lines.push(line);
    this.#bytes += line.byteLength;
    this.#end = end;
  }

  async send(): Promise<void> {
    const { deployment, door, reached } = this.#sending;
    for (let lines = this.#lines; lines.length > 0;) {
      const body = Buffer.concat(lines);
      const { complete, next_line: next } = await deployment.json(Receipt, `${door.path}/import`, {
        method: "POST",
        body: () => body,
        contentType: "application/x-ndjson",
      });
      if (!complete && (next === null || next <= 1)) {
        throw new UserError(
          "The import does not get on: not one record fits what an invocation may write there. See the log of the deployment.",
        );
      }
      lines = complete ? [] : lines.slice((next ?? 1) - 1);
    }
    if (this.#lines.length > 0) {
      await reached(this.#end);
    }
    this.#lines = [];
    this.#bytes = 0;
  }
}

/** @param offset Of its first piece. */
async function sendFile(
  { deployment, door, file }: Sending,
  { end_user_id: owner, ...record }: FileRecord,
  offset: number,
): Promise<void> {
  const query = new URLSearchParams({
    name: record.name,
    mime_type: record.mime_type,
    size: String(record.size),
    created_at_ms: String(record.created_at_ms),
    ...(owner !== undefined && { end_user_id: owner }),
  });
  await deployment.json(FileReceipt, `${door.path}/import/files/${record.id}?${query.toString()}`, {
    method: "PUT",
    contentType: "application/octet-stream",
    body: () => streamOf(piecesAt(file, offset, record.size)),
  });
}

async function* piecesAt(file: string, offset: number, size: number): AsyncGenerator<Buffer> {
  let left = size;
  for await (const line of linesOfFile(file, offset)) {
    const bytes = bytesOf(line);
    left -= bytes.byteLength;
    yield bytes;
    if (left <= 0) {
      return;
    }
  }
}

function bytesOf(line: Buffer): Buffer {
  return Buffer.from(Piece.parse(JSON.parse(line.toString())).base64, "base64");
}

function streamOf(pieces: AsyncGenerator<Buffer>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await pieces.next();
      if (done === true) {
        controller.close();
      } else {
        controller.enqueue(value);
      }
    },
    async cancel() {
      await pieces.return(undefined);
    },
  });
}
