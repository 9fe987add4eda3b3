/** One part of an export: as many records as one invocation may read, and where the next part begins. */
import { type WrittenRecord, toRecord } from "../../domain/records/export-record";
import { RECORD_TABLES, type TableType } from "../../domain/records/record-tables";
import { EXPORT } from "../../limits";
import { fileKey, runOutcomeKey } from "../files/objects";
import { allRows, query } from "../sql/batch";
import { type Databases, databaseOf } from "../sql/databases";
import type { Bounds, Cursor } from "./export-cursor";
import { type ExportScope, STAGES, TEXT_KEYS, selectPage } from "./export-stages";

type Stores = Databases & Pick<Env, "FILES">;

interface PageRow extends Record<string, unknown> {
  first: number | string;
  second: number;
  total: number;
}

/**
 * The records behind the cursor.
 * @param maxRecords The part ends after so many, or sooner: see `EXPORT`.
 * @returns The cursor of the next part; null where this was the last.
 */
export async function* exportPart(
  env: Stores,
  scope: ExportScope,
  from: Cursor,
  maxRecords: number,
): AsyncGenerator<WrittenRecord, Cursor | null> {
  const part: Part = { env, scope, budget: new PartBudget(maxRecords) };
  let cursor: Cursor | null = from;
  while (cursor !== null && part.budget.mayAsk) {
    const page: Page = await readPage(part, cursor);
    for (const row of page.rows) {
      if (!part.budget.hasRoom) {
        return cursor;
      }
      yield* writtenRecords(part, page.type, row);
      cursor = { ...cursor, first: row.first, second: row.second };
    }
    cursor = page.isLast ? nextStage(cursor) : cursor;
  }
  return cursor;
}

interface Part {
  env: Stores;
  scope: ExportScope;
  budget: PartBudget;
}

/** What is left to this invocation. */
class PartBudget {
  #records: number;
  #queries: number = EXPORT.part.queries;
  #objects: number = EXPORT.part.objects;
  #bytes: number = EXPORT.part.bytes;

  constructor(maxRecords: number) {
    this.#records = maxRecords;
  }

  /** For one page more. */
  get mayAsk(): boolean {
    return this.#queries > 0 && this.hasRoom;
  }

  /** One record more. */
  get hasRoom(): boolean {
    return this.#records > 0 && this.#objects > 0 && this.#bytes > 0;
  }

  get pageRows(): number {
    return Math.min(this.#records, EXPORT.pageRows);
  }

  asked(): void {
    this.#queries -= 1;
  }

  spend(bytes: number): void {
    this.#records -= 1;
    this.#bytes -= bytes;
  }

  fetched(bytes: number): void {
    this.#objects -= 1;
    this.#bytes -= bytes;
  }
}

interface Page {
  type: TableType;
  rows: PageRow[];
  isLast: boolean;
}

async function readPage({ env, scope, budget }: Part, cursor: Cursor): Promise<Page> {
  const type = STAGES[cursor.stage] ?? "run";
  const sql = selectPage(type, scope.of.kind);
  if (sql === null) {
    return { type, rows: [], isLast: true };
  }
  budget.asked();
  const rowsAsked = budget.pageRows;
  const rows = await allRows(
    query<PageRow>(
      databaseOf(env, scope),
      sql,
      scope.projectId,
      scope.of.kind === "project" ? null : scope.of.id,
      cursor.first,
      cursor.second,
      ...boundsOf(type, cursor.until),
      rowsAsked,
      EXPORT.pageBytes,
    ),
  );
  const isLast = rows.length < rowsAsked && (rows.at(-1)?.total ?? 0) < EXPORT.pageBytes;
  return { type, rows, isLast };
}

function boundsOf(type: TableType, until: Bounds): [first: number, second: number] {
  if (type === "message") {
    return [until.threads, until.messages];
  }
  if (type === "tool_version") {
    return [until.tools, Number.MAX_SAFE_INTEGER];
  }
  const { table } = RECORD_TABLES[type === "knowledge_passage" ? "knowledge_document" : type];
  // Of what is walked otherwise, that which comes while an export runs may be in it.
  return [table in until ? Number(Reflect.get(until, table)) : 0, 0];
}

function nextStage({ stage, until }: Cursor): Cursor | null {
  const next = STAGES[stage + 1];
  const first = next !== undefined && next in TEXT_KEYS ? "" : 0;
  return next === undefined ? null : { stage: stage + 1, first, second: 0, until };
}

async function* writtenRecords(
  part: Part,
  type: TableType,
  row: PageRow,
): AsyncGenerator<WrittenRecord> {
  if (type === "run" && (row["outcome"] === null || row["outcome_in_r2"] === 1)) {
    row["outcome"] = await readOutcome(part, row);
  }
  const record = toRecord(type, row);
  part.budget.spend(JSON.stringify(record).length);
  if (type === "file") {
    yield* fileRecords(part, record);
  } else {
    yield record;
  }
}

/** What a run that kept none has to show. */
const NO_OUTCOME = JSON.stringify({
  traces: [],
  results: null,
  usage: { inputTokens: 0, outputTokens: 0 },
  pendingCalls: [],
});

async function readOutcome({ env, scope, budget }: Part, row: PageRow): Promise<string> {
  const kept = row["outcome_in_r2"] === 1;
  const object = kept
    ? await env.FILES.get(runOutcomeKey(scope.projectId, String(row["id"])))
    : null;
  budget.fetched(object?.size ?? 0);
  return object === null ? NO_OUTCOME : object.text();
}

/** The file and its bytes, piece by piece; a file whose bytes are gone says so. */
async function* fileRecords(
  { env, scope, budget }: Part,
  record: WrittenRecord,
): AsyncGenerator<WrittenRecord> {
  const object = await env.FILES.get(fileKey(scope.projectId, String(record["id"])));
  budget.fetched(object?.size ?? 0);
  if (object === null || object.size !== record["size"]) {
    await object?.body.cancel();
    yield { ...record, is_lost: true };
    return;
  }
  yield record;
  for await (const piece of piecesOf(object.body)) {
    yield { type: "bytes", base64: piece.toBase64() };
  }
}

/** Equal pieces but the last; the buffer is used again for each. */
async function* piecesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(EXPORT.pieceBytes);
  let filled = 0;
  for await (const chunk of body) {
    for (let rest = chunk; rest.byteLength > 0;) {
      const taken = rest.subarray(0, buffer.byteLength - filled);
      buffer.set(taken, filled);
      filled += taken.byteLength;
      rest = rest.subarray(taken.byteLength);
      if (filled === buffer.byteLength) {
        yield buffer;
        filled = 0;
      }
    }
  }
  if (filled > 0) {
    yield buffer.subarray(0, filled);
  }
}
