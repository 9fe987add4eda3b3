/**
 * Table codecs: one description of a table's columns gives the SELECT list, the reader of its rows and
 * what an INSERT writes. A codec describes the columns that make up an item; what else a table has
 * (its order, its owner) is the business of the statements that use it.
 */
import { type JsonSchema, parseJson } from "../../domain/json";
import { type Query, query } from "./batch";

/** What D1 binds and returns. */
export type SqlValue = string | number | null;

/** One column and how a field of an item is kept in it. */
export interface Column<Value> {
  name: string;
  /** What a SELECT asks for: the column, or an expression under its name. */
  sql: string;
  read(stored: SqlValue): Value;
  write(value: Value): SqlValue;
}

/** A column that is worked out as it is read, and never written. */
export interface ComputedColumn<Value> extends Pick<Column<Value>, "sql" | "name" | "read"> {
  isComputed: true;
}

/** Columns that make up one field together, which is null where any of them is. */
export interface ColumnGroup<Value> {
  columns: Readonly<Record<string, Column<string>>>;
  /** Never set: it holds the type. */
  value?: Value;
}

type Field = Column<unknown> | ComputedColumn<unknown> | ColumnGroup<unknown>;
type Fields = Readonly<Record<string, Field>>;

type ValueOf<OneField> =
  OneField extends ColumnGroup<infer Value>
    ? Value | null
    : OneField extends Pick<Column<infer Value>, "read">
      ? Value
      : never;

/** The item that the fields make up. */
type ItemOfFields<Shape> = { -readonly [Name in keyof Shape]: ValueOf<Shape[Name]> };

/** A row as D1 returns it, of a table whose items are these; only the table's codec reads it. */
export interface Row<Item> {
  readonly [column: string]: SqlValue;
  /** Never set: it keeps rows of different tables apart. */
  readonly [ITEM]?: Item;
}
declare const ITEM: unique symbol;

/** What a codec reads and writes. */
export type ItemOf<Codec> = Codec extends Table<infer Shape> ? ItemOfFields<Shape> : never;

/** The row type of a codec. */
export type RowOf<Codec> = Codec extends Table<infer Shape> ? Row<ItemOfFields<Shape>> : never;

export function text<Value extends string = string>(name: string): Column<Value> {
  return {
    name,
    sql: name,
    read: (stored) => {
      if (typeof stored !== "string") {
        throw wrongType(name, "text", stored);
      }
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the schema checks what is written
      return stored as Value;
    },
    write: (value) => value,
  };
}

export function integer(name: string): Column<number> {
  return {
    name,
    sql: name,
    read: (stored) => {
      if (typeof stored !== "number") {
        throw wrongType(name, "a number", stored);
      }
      return stored;
    },
    write: (value) => value,
  };
}

/** A number with fractions. */
export function real(name: string): Column<number> {
  return integer(name);
}

/** Kept as 0 or 1. */
export function boolean(name: string): Column<boolean> {
  return { name, sql: name, read: (stored) => stored === 1, write: Number };
}

/** @param schema Checks what is read, where `checkJsonSchemas` has been called: tests do. */
export function json<Value>(name: string, schema?: JsonSchema): Column<Value> {
  return {
    name,
    sql: name,
    read: (stored) => {
      if (typeof stored !== "string") {
        throw wrongType(name, "JSON", stored);
      }
      return parseJson<Value>(stored, schema);
    },
    write: (value) => JSON.stringify(value),
  };
}

/** The column or NULL. */
export function nullable<Value>(column: Column<Value>): Column<Value | null> {
  return {
    ...column,
    read: (stored) => (stored === null ? null : column.read(stored)),
    write: (value) => (value === null ? null : column.write(value)),
  };
}

/** NULL stands for the value. */
export function withDefault<Value>(column: Column<Value>, value: Value): Column<Value> {
  return { ...column, read: (stored) => (stored === null ? value : column.read(stored)) };
}

/** @param sql An expression over a row of the table, read as the column is. */
export function computed<Value>(column: Column<Value>, sql: string): ComputedColumn<Value> {
  return {
    name: column.name,
    sql: `${sql} AS ${column.name}`,
    read: (stored) => column.read(stored),
    isComputed: true,
  };
}

export function group<Shape extends Record<string, Column<string>>>(
  columns: Shape,
): ColumnGroup<ItemOfFields<Shape>> {
  return { columns };
}

function wrongType(name: string, expected: string, stored: SqlValue): Error {
  return new Error(`column ${name} holds ${typeof stored} where ${expected} was written`);
}

/** A column that is written, with the path of its value in an item. */
interface Written {
  column: Column<unknown>;
  path: readonly string[];
}

export class Table<Shape extends Fields> {
  readonly name: string;
  readonly fields: Shape;
  /** The SELECT list. */
  readonly columns: string;
  readonly #written: readonly Written[];

  constructor(name: string, fields: Shape) {
    this.name = name;
    this.fields = fields;
    this.columns = Object.values(fields)
      .flatMap((field) => ("columns" in field ? Object.values(field.columns) : [field]))
      .map(({ sql }) => sql)
      .join(", ");
    this.#written = Object.entries(fields).flatMap(([key, field]) => writtenBy(key, field));
  }

  /** The columns that an INSERT of whole items names. */
  get insertColumns(): string {
    return this.#written.map(({ column }) => column.name).join(", ");
  }

  /** The codec of some of the fields. */
  pick<Name extends keyof Shape & string>(...names: readonly Name[]): Table<Pick<Shape, Name>> {
    const fields = Object.fromEntries(names.map((name) => [name, this.fields[name]]));
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the fields of these very names
    return new Table(this.name, fields as Pick<Shape, Name>);
  }

  read = (row: Row<ItemOfFields<Shape>>): ItemOfFields<Shape> => {
    const entries = Object.entries(this.fields).map(([key, field]) => [key, readField(field, row)]);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each field has read its own
    return Object.fromEntries(entries) as ItemOfFields<Shape>;
  };

  /** The item of this id, of a table whose rows are a project's. */
  selectById(
    db: D1Database,
    { projectId, id }: { projectId: string; id: string },
  ): Query<Row<ItemOfFields<Shape>>> {
    const sql = `SELECT ${this.columns} FROM ${this.name} WHERE project_id = ? AND id = ?`;
    return query(db, sql, projectId, id);
  }

  /** The values of `insertColumns`, in their order. */
  values(item: ItemOfFields<Shape>): SqlValue[] {
    return this.#written.map(({ column, path }) => {
      const value = path.reduce<unknown>(
        (parent, key) => (typeof parent === "object" && parent ? Reflect.get(parent, key) : null),
        item,
      );
      return value === null ? null : column.write(value);
    });
  }

  /**
   * SQL of the values of `insertColumns`, in their order, out of an item as `JSON.stringify` writes it.
   * @param source SQL of the JSON, e.g. `m.value`.
   */
  fromJson(source: string): string {
    return this.#written.map(({ path }) => `${source} ->> '$.${path.join(".")}'`).join(", ");
  }

  /**
   * Inserts one item.
   * @param more Columns that are no part of the item.
   * @param tail What follows the values: `ON CONFLICT …`, `RETURNING …`.
   */
  insert<Returned = never>(
    db: D1Database,
    item: ItemOfFields<Shape>,
    { more = {}, tail = "" }: { more?: Readonly<Record<string, SqlValue>>; tail?: string } = {},
  ): Query<Returned> {
    const columns = [this.insertColumns, ...Object.keys(more)].join(", ");
    const values = [...this.values(item), ...Object.values(more)];
    const parameters = values.map(() => "?").join(", ");
    return query<Returned>(
      db,
      `INSERT INTO ${this.name} (${columns}) VALUES (${parameters}) ${tail}`,
      ...values,
    );
  }
}

/** @param name The table in the database. @param fields By the name of the item's field. */
export function table<Shape extends Fields>(name: string, fields: Shape): Table<Shape> {
  return new Table(name, fields);
}

function writtenBy(key: string, field: Field): Written[] {
  if ("isComputed" in field) {
    return [];
  }
  return "columns" in field
    ? Object.entries(field.columns).map(([inner, column]) => ({ column, path: [key, inner] }))
    : [{ column: field, path: [key] }];
}

function readField(field: Field, row: Row<unknown>): unknown {
  if (!("columns" in field)) {
    return field.read(row[field.name] ?? null);
  }
  const entries = Object.entries(field.columns).map(
    ([key, { name }]) => [key, row[name] ?? null] as const,
  );
  return entries.some(([, stored]) => stored === null) ? null : Object.fromEntries(entries);
}
