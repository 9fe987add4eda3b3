/** An export on its way out: header, records, and a last line that proves it is whole. */
import type { Context } from "hono";

import {
  EXPORT_VERSION,
  type EndRecord,
  type WrittenRecord,
  noCounts,
} from "../../../domain/records/export-record";
import { RECORD_TABLES, type TableType } from "../../../domain/records/record-tables";
import { EXPORT } from "../../../limits";
import {
  type Cursor,
  readCursor,
  startOfExport,
  writeCursor,
} from "../../../store/portability/export-cursor";
import { exportPart } from "../../../store/portability/export-part";
import type { ExportScope } from "../../../store/portability/export-stages";
import { RunningDigest } from "../../../store/portability/running-digest";
import { databaseOf } from "../../../store/sql/databases";
import type { AppEnv } from "../../shared/app-env";
import { streamReply } from "../../shared/reply/event-stream";
import { fail } from "../../shared/reply/fail";
import { StreamSlots } from "../../shared/reply/stream-slots";

export const NDJSON_TYPE = "application/x-ndjson";

/** Memory of this isolate. */
const slots = new StreamSlots("exports", EXPORT.slots);

/**
 * Answers with the lines from the cursor on; the last one names the next cursor or says that all is
 * told.
 */
export async function sendExport(
  c: Context<AppEnv>,
  scope: ExportScope,
  { cursor: given, limit }: { cursor?: string | undefined; limit: number },
): Promise<Response> {
  const cursor = given === undefined ? null : (readCursor(given) ?? refuseCursor());
  const headers = {
    "Content-Type": NDJSON_TYPE,
    "Content-Disposition": "attachment",
    "Cache-Control": "no-store, no-transform",
  };
  const open = async () => {
    const from = cursor ?? (await startOfExport(databaseOf(c.env, scope)));
    return linesOf(exportPart(c.env, scope, from, limit));
  };
  return streamReply(c, headers, open, slots);
}

function refuseCursor(): never {
  const message = "is not what an export's last line has as `next`";
  return fail({ kind: "invalid", where: "query", issues: [{ path: ["cursor"], message }] });
}

/** The lines as they are sent, some at a time, and the `end` line behind them. */
async function* linesOf(
  records: AsyncGenerator<WrittenRecord, Cursor | null>,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  const digest = new RunningDigest();
  const counts = noCounts();
  let lines = lineOf({ type: "bobbin_export", version: EXPORT_VERSION });
  let next = await records.next();
  for (; next.done !== true; next = await records.next()) {
    const { type } = next.value;
    if (isTable(type)) {
      counts[RECORD_TABLES[type].table] += 1;
    }
    lines += lineOf(next.value);
    if (lines.length >= EXPORT.chunkChars) {
      const chunk = encoder.encode(lines);
      lines = "";
      await digest.update(chunk);
      yield chunk;
    }
  }
  const last = encoder.encode(lines);
  await digest.update(last);
  yield last;
  const end: EndRecord = {
    type: "end",
    counts,
    sha256: await digest.hex(),
    next: next.value === null ? null : writeCursor(next.value),
  };
  yield encoder.encode(lineOf(end));
}

function isTable(type: string): type is TableType {
  return type in RECORD_TABLES;
}

function lineOf(record: object): string {
  return `${JSON.stringify(record)}\n`;
}
