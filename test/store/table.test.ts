import { env } from "cloudflare:workers";
import { describe, it } from "vitest";

import { allRows, query, runBatch } from "../../src/store/sql/batch";
import { STRINGS } from "../../src/store/sql/shapes";
import {
  type ItemOf,
  type RowOf,
  boolean,
  computed,
  group,
  integer,
  json,
  nullable,
  table,
  text,
} from "../../src/store/sql/table";

const NOTES = table("notes", {
  id: text("id"),
  byteSize: integer("byte_size"),
  tags: json<string[]>("tags", STRINGS),
  owner: nullable(text("owner_id")),
  metadata: nullable(json<Record<string, string>>("metadata")),
  source: group({ kind: text("source_kind"), id: text("source_id") }),
  isDone: boolean("done"),
  idLength: computed(integer("id_length"), "length(id)"),
});
const BARE = { owner: null, metadata: null, source: null, isDone: false, idLength: 1 };

const NOTE: ItemOf<typeof NOTES> = {
  id: "a",
  byteSize: 12,
  tags: ["ä", '"'],
  owner: "me",
  metadata: { "": "x" },
  source: { kind: "mail", id: "7" },
  isDone: true,
  idLength: 1,
};

/** A table as the codec sees one; every test makes its own. */
async function makeTable(name: string): Promise<void> {
  await env.DB.prepare(
    `CREATE TABLE ${name} (project_id TEXT, id TEXT, byte_size INTEGER, tags TEXT, owner_id TEXT,
      metadata TEXT, source_kind TEXT, source_id TEXT, done INTEGER)`,
  ).run();
}

const readAll = async (name: string) => {
  const sql = `SELECT ${NOTES.columns} FROM ${name} ORDER BY id`;
  return (await allRows(query<RowOf<typeof NOTES>>(env.DB, sql))).map(NOTES.read);
};

describe("a table's codec", () => {
  it("reads back what it has inserted, by bindings and out of JSON", async ({ expect }) => {
    await makeTable("notes");
    const bare = { ...BARE, id: "b", byteSize: 0, tags: [] };
    await runBatch(env.DB, {
      one: NOTES.insert(env.DB, NOTE, { more: { project_id: "p" } }),
      two: NOTES.insert(env.DB, bare),
    });
    expect(await readAll("notes")).toEqual([NOTE, bare]);
    await makeTable("copies");
    const insert = `INSERT INTO copies (${NOTES.insertColumns})
      SELECT ${NOTES.fromJson("value")} FROM json_each(?)`;
    await allRows(query(env.DB, insert, JSON.stringify([bare, NOTE])));
    expect(await readAll("copies")).toEqual([NOTE, bare]);
  });

  it("reads some of the fields alone", async ({ expect }) => {
    await makeTable("parts");
    const some = NOTES.pick("id", "isDone");
    expect(some.columns).toBe("id, done");
    expect(some.read({ id: "a", done: 1 })).toEqual({ id: "a", isDone: true });
  });

  it("says which column does not hold what was written", ({ expect }) => {
    const { id, byteSize, tags } = NOTES.fields;
    expect(() => id.read(null)).toThrow("column id holds object where text was written");
    expect(() => byteSize.read("1")).toThrow("column byte_size holds string");
    expect(() => tags.read("[1]")).toThrow("expected string");
  });
});

const number = (value: number) => query<{ value: number }>(env.DB, "SELECT ? AS value", value);

describe("runBatch", () => {
  it("returns rows by name, those of several queries together, none for a null", async ({
    expect,
  }) => {
    const rows = await runBatch(env.DB, {
      none: null,
      one: number(1),
      list: [number(2), number(3)],
      empty: [],
      last: number(4),
    });
    expect(rows).toEqual({
      none: [],
      one: [{ value: 1 }],
      list: [{ value: 2 }, { value: 3 }],
      empty: [],
      last: [{ value: 4 }],
    });
  });
});
