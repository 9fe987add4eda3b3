/**
 * The migrations of `src/store/migrations`, for the local database and for a deployment's. Their
 * ledger is wrangler's own table, so `wrangler d1 migrations list` tells the same.
 */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

import { unstable_splitSqlQuery } from "wrangler";

import { root, UserError } from "./settings.ts";

export interface Migration {
  /** The file's path in the folder, e.g. `data/0001_core.sql`: what the ledger holds. */
  name: string;
  /** Whole statements without their semicolon, lines ending in LF. */
  statements: string[];
}

/** Runs one statement that reads; its rows. */
export type Query = (sql: string) => Promise<Record<string, unknown>[]>;

export const MIGRATIONS_FOLDER = path.join(root, "src/store/migrations");
/** Folders of it: who may ask, and what they have. */
export const MIGRATION_PARTS = ["control", "data"] as const;

const CREATE_LEDGER = `CREATE TABLE IF NOT EXISTS d1_migrations (id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT UNIQUE, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)`;

const ADD_COLUMN = /^\s*ALTER\s+TABLE\s+(\w+)\s+ADD\s+(?:COLUMN\s+)?(\w+)/i;
const COMMENTS = /^\s*--.*$/gm;

/**
 * Those of the parts, each in the order of its numbers. What is in one part names nothing of another, so
 * that parts may be databases of their own; today one database has them all.
 */
export function readMigrations(
  folder: string = MIGRATIONS_FOLDER,
  parts: readonly string[] = MIGRATION_PARTS,
): Migration[] {
  return parts
    .flatMap((part) => readdirSync(path.join(folder, part)).map((name) => `${part}/${name}`))
    .filter((name) => name.endsWith(".sql"))
    .toSorted()
    .map((name) => ({
      name,
      statements: splitMigration(readFileSync(path.join(folder, name), "utf8")),
    }));
}

/** @param sql A migration's text, whichever way its lines end. */
export function splitMigration(sql: string): string[] {
  const statements = unstable_splitSqlQuery(sql.replaceAll("\r\n", "\n"));
  // A text of one statement comes back as it is.
  return statements.map((statement) => statement.trim().replace(/;$/, ""));
}

/**
 * What is to be run on a database: the statements of the migrations that its ledger lacks, each file
 * followed by its entry. A column that a half-applied file has added already is left out; all other
 * statements may run twice.
 *
 * @returns The names of those migrations and the statements, both empty where nothing is pending.
 * @throws UserError where the ledger has a migration that this release does not know.
 */
export async function pendingStatements(
  migrations: readonly Migration[],
  query: Query,
): Promise<{ names: string[]; statements: string[] }> {
  const applied = await appliedMigrations(query);
  const known = new Set(migrations.map(({ name }) => name));
  const strange = [...applied].filter((name) => !known.has(name));
  if (strange.length > 0) {
    throw new UserError(
      `The database was made by another release of Bobbin, which this one cannot read: it has applied ${strange.join(", ")}.`,
    );
  }
  const pending = migrations.filter(({ name }) => !applied.has(name));
  const statements: string[] = [];
  for (const migration of pending) {
    statements.push(...(await lackingStatements(migration, query)), ledgerEntry(migration.name));
  }
  return {
    names: pending.map(({ name }) => name),
    statements: pending.length === 0 ? [] : [CREATE_LEDGER, ...statements],
  };
}

async function appliedMigrations(query: Query): Promise<Set<string>> {
  const ledger = await query("SELECT name FROM sqlite_master WHERE name = 'd1_migrations'");
  const rows = ledger.length === 0 ? [] : await query("SELECT name FROM d1_migrations");
  return new Set(rows.map((row) => String(row["name"])));
}

async function lackingStatements({ statements }: Migration, query: Query): Promise<string[]> {
  const lacking: string[] = [];
  for (const statement of statements) {
    const [, table, column] = ADD_COLUMN.exec(statement.replace(COMMENTS, "")) ?? [];
    const columns = table === undefined ? [] : await query(`PRAGMA table_info(${table})`);
    if (!columns.some(({ name }) => name === column)) {
      lacking.push(statement);
    }
  }
  return lacking;
}

function ledgerEntry(name: string): string {
  return `INSERT OR IGNORE INTO d1_migrations (name) VALUES ('${name}')`;
}
