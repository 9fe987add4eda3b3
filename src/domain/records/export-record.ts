/**
 * One line of an export: NDJSON that any deployment takes back. Whatever a line names (a message its
 * thread, a version its tool) stands in a line before it.
 */
import * as z from "zod";

import { HEX_64, HEX_64_RULE } from "../ids";
import { type StoredAs, RECORD_TABLES, type RecordField, type TableType } from "./record-tables";

/** Of what `bobbin_export` begins with; an export of this version ends with an `end` line. */
export const EXPORT_VERSION = 2;

type Tables = typeof RECORD_TABLES;

type ShapeOf<Fields> = {
  [Name in keyof Fields]: Fields[Name] extends { schema: infer Schema extends z.ZodType }
    ? Schema
    : never;
};
type SchemaOf<Type extends TableType> = z.ZodObject<
  { type: z.ZodLiteral<Type> } & ShapeOf<Tables[Type]["fields"]>,
  z.core.$strict
>;
/** The line of one table. */
export type RecordOf<Type extends TableType> = z.output<SchemaOf<Type>>;

function namesWholeRun({ tool_id, tool_name, run_id }: Readonly<Record<string, unknown>>): boolean {
  const given = [tool_id, tool_name, run_id];
  return given.every((value) => value === null) || given.every((value) => value !== null);
}

function schemaOf<Type extends TableType>(type: Type): SchemaOf<Type> {
  const fields = Object.entries<RecordField>(RECORD_TABLES[type].fields);
  const shape = Object.fromEntries(fields.map(([name, { schema }]) => [name, schema]));
  const schema = z.strictObject({ type: z.literal(type), ...shape });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same, one field after the other
  return (type === "message"
    ? schema.refine(namesWholeRun, {
        path: ["run_id"],
        message: "goes with `tool_id` and `tool_name`: all three or none",
      })
    : schema) as unknown as SchemaOf<Type>;
}

/** The first line. An export made by Bobbin has it; a list of records written by hand need not. */
const Header = z.strictObject({
  type: z.literal("bobbin_export"),
  version: z.int().min(1).max(EXPORT_VERSION),
});

/** A piece of the file of the last `file` line; the pieces follow each other up to its size. */
const BytesRecord = z.strictObject({ type: z.literal("bytes"), base64: z.base64() });

const Count = z.int().min(0);
/** Records by their table. */
export const Counts = z.strictObject({
  tools: Count,
  tool_versions: Count,
  actors: Count,
  files: Count,
  threads: Count,
  messages: Count,
  runs: Count,
  aliases: Count,
  usage_days: Count,
  knowledge: Count,
  knowledge_documents: Count,
  knowledge_passages: Count,
} satisfies Record<Tables[TableType]["table"], z.ZodType>);
export type Counts = z.output<typeof Counts>;

/** Counts of an import that has begun. */
export function noCounts(): Counts {
  return {
    tools: 0,
    tool_versions: 0,
    actors: 0,
    files: 0,
    threads: 0,
    messages: 0,
    runs: 0,
    aliases: 0,
    usage_days: 0,
    knowledge: 0,
    knowledge_documents: 0,
    knowledge_passages: 0,
  };
}

/** The last line: what came before it is whole. */
const EndRecord = z.strictObject({
  type: z.literal("end"),
  /** One that an earlier release has written counts fewer tables. */
  counts: Counts.partial(),
  /** Of every byte before this line, in hex. */
  sha256: z.string().regex(HEX_64, HEX_64_RULE),
  /** Null: there is no more. Else what `?cursor=` takes for the next part. */
  next: z.string().nullable(),
});
/** The last line of a part: where the next one begins, or that there is none. */
export type EndRecord = z.output<typeof EndRecord>;

/** One line of an export or import. */
export const ExportRecord = z.discriminatedUnion("type", [
  Header,
  schemaOf("tool"),
  schemaOf("tool_version"),
  schemaOf("actor"),
  schemaOf("file"),
  BytesRecord,
  schemaOf("thread"),
  schemaOf("message"),
  schemaOf("run"),
  schemaOf("alias"),
  schemaOf("usage_day"),
  schemaOf("knowledge"),
  schemaOf("knowledge_document"),
  schemaOf("knowledge_passage"),
  EndRecord,
]);
export type ExportRecord = z.output<typeof ExportRecord>;
/** A line of any table. */
export type TableRecord = { [Type in TableType]: RecordOf<Type> }[TableType];

/** Neither the header, nor a file's bytes, nor an end. */
export function isTableRecord(record: ExportRecord): record is TableRecord {
  return record.type in RECORD_TABLES;
}

/**
 * The record with its JSON values as they were written: a schema puts the keys that it names first, and
 * what is exported again would be another text.
 */
export function asWritten(record: ExportRecord, written: object): ExportRecord {
  if (!isTableRecord(record)) {
    return record;
  }
  const values = Object.entries<RecordField>(RECORD_TABLES[record.type].fields)
    .filter(([, { storedAs }]) => storedAs === "json")
    .map(([name]): [string, unknown] => [name, Reflect.get(written, name)])
    .filter(([, value]) => value !== undefined);
  return { ...record, ...Object.fromEntries(values) };
}

/** A record as JSON has it, before its defaults are filled in. */
export type WrittenRecord = { type: ExportRecord["type"] } & Record<string, unknown>;

/** Fields that a table keeps in columns of its own, with their column. */
export function columnsOf(type: TableType): { name: string; column: string; field: RecordField }[] {
  return Object.entries<RecordField>(RECORD_TABLES[type].fields)
    .filter(([, field]) => field.isElsewhere !== true)
    .map(([name, field]) => ({ name, column: field.column ?? name, field }));
}

/**
 * The line of a row.
 * @param row By column; of a field that is kept elsewhere, by its name, as JSON text.
 */
export function toRecord(type: TableType, row: Readonly<Record<string, unknown>>): WrittenRecord {
  const record: WrittenRecord = { type };
  for (const [name, field] of Object.entries<RecordField>(RECORD_TABLES[type].fields)) {
    const stored = row[field.isElsewhere ? name : (field.column ?? name)] ?? null;
    if (!("fallback" in field) || stored !== field.fallback) {
      record[name] = decode(field.storedAs, stored);
    }
  }
  return record;
}

function decode(storedAs: StoredAs, stored: unknown): unknown {
  switch (storedAs) {
    case "plain":
      return stored;
    case "flag":
      return stored === 1;
    case "json":
      return typeof stored === "string" ? JSON.parse(stored) : stored;
  }
}

/** The columns of a record, as its table keeps them: what `toRecord` reads, the other way round. */
export function toColumns<Type extends TableType>(
  type: Type,
  record: RecordOf<Type>,
): Record<string, string | number | null> {
  return Object.fromEntries(
    columnsOf(type).map(({ name, column, field }) => [
      column,
      encode(field.storedAs, Reflect.get(record, name)),
    ]),
  );
}

function encode(storedAs: StoredAs, value: unknown): string | number | null {
  if (value === null || value === undefined) {
    return null;
  }
  if (storedAs === "json") {
    return JSON.stringify(value);
  }
  return typeof value === "string" ? value : Number(value);
}
