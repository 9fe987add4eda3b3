/**
 * Every migration, those to come as well, on a real D1: cut as D1's server cuts, run twice, and run
 * again after it stopped half-way. Does not prove that Cloudflare's own servers take it.
 */
import { globSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";

import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { unstable_readConfig } from "wrangler";

import {
  MIGRATIONS_FOLDER,
  MIGRATION_PARTS,
  pendingStatements,
  readMigrations,
  splitMigration,
} from "../../scripts/local/migrations.ts";
import type { Query } from "../../scripts/local/migrations.ts";
import { root, UserError } from "../../scripts/local/settings.ts";
import { MIGRATION_NAMES } from "../../src/store/migration-names.ts";
import { splitAsD1 } from "../support/split-as-d1.ts";

/** D1's limit for one statement. */
const STATEMENT_MAX_BYTES = 100_000;
const NAME = /^(\d{4})_[a-z0-9_]+\.sql$/;

/**
 * Rows of the tables are not compared below, so that a filling may not count on being run once. Tables and
 * columns stay: the Worker of before works on the schema until the new one is there, and after a roll-back.
 */
const MAY_RUN_TWICE =
  /^(CREATE (UNIQUE INDEX|INDEX|TABLE|TRIGGER|VIRTUAL TABLE) IF NOT EXISTS|DROP (INDEX|TRIGGER) IF EXISTS|ALTER TABLE \w+ ADD COLUMN|INSERT OR (IGNORE|REPLACE)|DELETE|UPDATE) /;

const migrations = readMigrations();
const files = migrations.map(({ name }) => name);

it.each(MIGRATION_PARTS)("numbers those of %s from 1 on, without a gap", (part) => {
  const names = readdirSync(path.join(MIGRATIONS_FOLDER, part)).toSorted();
  const numbers = names.map((name) => Number(NAME.exec(name)?.[1]));
  expect(numbers).toEqual(names.map((_, index) => index + 1));
});

it("are all in a part, and are those that wrangler finds", () => {
  expect(readdirSync(MIGRATIONS_FOLDER).toSorted()).toEqual([...MIGRATION_PARTS]);
  const [database] = unstable_readConfig({ config: path.join(root, "wrangler.toml") }).d1_databases;
  const pattern = database?.migrations_pattern;
  expect(globSync(String(pattern), { cwd: root }).toSorted()).toEqual(
    files.map((name) => path.join(String(database?.migrations_dir), name)),
  );
});

it("names them all to the Worker, whose health check compares the database's with them", () => {
  expect(MIGRATION_NAMES).toEqual(files);
});

it("has git check them out with LF, wherever", () => {
  expect(readFileSync(path.join(root, ".gitattributes"), "utf8")).toMatch(/^\*\.sql text eol=lf$/m);
});

describe.each(files)("%s", (name) => {
  const text = readFileSync(path.join(MIGRATIONS_FOLDER, name), "utf8");
  const whole = splitMigration(text);

  it.each([
    ["knowing comments", text, true],
    ["blind to comments", text, false],
    ["with CRLF", text.replaceAll("\n", "\r\n"), true],
  ])("is cut into whole statements by D1's splitting, %s", (_, sql, comments) => {
    const cut = splitAsD1(sql, { comments });
    expect(cut.map((statement) => statement.replaceAll("\r\n", "\n"))).toEqual(whole);
  });

  it("holds nothing but statements that may run twice", () => {
    for (const statement of whole) {
      expect(statement.replace(/^\s*--.*$/gm, "").trim()).toMatch(MAY_RUN_TWICE);
    }
  });

  it("holds no transaction, no CR and no statement above D1's limit", () => {
    expect(text).not.toMatch(/\r|BEGIN TRANSACTION|\bCOMMIT\b/);
    expect(Math.max(...whole.map((sql) => Buffer.byteLength(sql)))).toBeLessThan(
      STATEMENT_MAX_BYTES,
    );
  });
});

it("would see a trigger that D1 cuts in two", () => {
  expect(splitAsD1(trigger("BEGIN", "1"), { comments: true })).toHaveLength(1);
  expect(splitAsD1(trigger("begin", "1"), { comments: true })).toHaveLength(3);
  const withCase = trigger("BEGIN", "CASE 1 WHEN 1 THEN 2 END");
  expect(splitAsD1(withCase, { comments: true })).toHaveLength(3);
  expect(splitAsD1("-- one; two\nSELECT 1", { comments: false })).toHaveLength(2);
});

describe("on a database", () => {
  let miniflare: Miniflare;
  beforeAll(() => {
    miniflare = new Miniflare(
      convertV4MiniflareOptions({
        modules: true,
        script: "export default {}",
        cf: false,
        d1Databases: ["FRESH", "HALF", "TWICE", "COLUMN", "STRANGE", "CONTROL", "DATA"],
      }),
    );
  });
  afterAll(() => miniflare.dispose());

  async function open(binding: string) {
    const db: D1Database = await miniflare.getD1Database(binding);
    const query: Query = async (sql) => (await db.prepare(sql).all()).results;
    const run = (statements: readonly string[]) =>
      db.batch(statements.map((sql) => db.prepare(sql)));
    const schema = () => query("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name");
    const migrate = async (list = migrations) => {
      const pending = await pendingStatements(list, query);
      if (pending.statements.length > 0) {
        await run(pending.statements);
      }
      return pending.names;
    };
    return { query, run, schema, migrate };
  }

  it.each([
    ["control", "CONTROL"],
    ["data", "DATA"],
  ])("the part %s refers to nothing outside of it", async (part, binding) => {
    const { migrate, query } = await open(binding);
    await migrate(readMigrations(MIGRATIONS_FOLDER, [part]));
    const tables = await query(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '~_cf~_%' ESCAPE '~'",
    );
    const names = new Set(tables.map(({ name }) => name));
    for (const { name } of tables) {
      const keys = await query(`PRAGMA foreign_key_list(${String(name)})`);
      expect(keys.filter(({ table }) => !names.has(table))).toEqual([]);
    }
  });

  it("comes to the same after a stop behind any statement of any file", async () => {
    const [fresh, half] = await Promise.all([open("FRESH"), open("HALF")]);
    await fresh.migrate();
    for (const [index, migration] of migrations.entries()) {
      for (let stop = 1; stop <= migration.statements.length; stop += 1) {
        const begun = { ...migration, statements: migration.statements.slice(0, stop) };
        const { statements } = await pendingStatements(
          [...migrations.slice(0, index), begun],
          half.query,
        );
        await half.run(statements.slice(0, -1));
      }
      expect(await half.migrate(migrations.slice(0, index + 1))).toContain(migration.name);
    }
    expect(await half.schema()).toEqual(await fresh.schema());
  });

  it("runs every file twice and changes nothing the second time", async () => {
    const twice = await open("TWICE");
    await twice.migrate();
    const before = await twice.schema();
    expect(await twice.migrate()).toEqual([]);
    await twice.run(["DELETE FROM d1_migrations"]);
    expect(await twice.migrate()).toEqual(files);
    expect(await twice.schema()).toEqual(before);
  });

  it("adds a column once, though its file was applied without being recorded", async () => {
    const { run, migrate, query } = await open("COLUMN");
    const add = "-- Why.\nALTER TABLE a ADD COLUMN b INTEGER NOT NULL DEFAULT 0";
    await run(["CREATE TABLE a (id INTEGER)", add]);
    expect(await migrate([{ name: "0001_b.sql", statements: [add] }])).toEqual(["0001_b.sql"]);
    expect(await query("PRAGMA table_info(a)")).toHaveLength(2);
  });

  it("refuses a database that a later release has migrated", async () => {
    const { migrate } = await open("STRANGE");
    await migrate([{ name: "0099_later.sql", statements: ["CREATE TABLE later (id INTEGER)"] }]);
    await expect(migrate()).rejects.toThrow(UserError);
  });
});

function trigger(begin: string, body: string): string {
  return `CREATE TRIGGER t AFTER INSERT ON a ${begin} SELECT ${body}; SELECT 2; END`;
}
