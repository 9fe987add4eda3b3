/** Brings the local D1 up to date before a server opens it: migrations, then the demo project. */
import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  globSync,
  openSync,
  readFileSync,
  readSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";

import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { unstable_readConfig } from "wrangler";

import { seedDemoProject } from "./demo-project.ts";
import { pendingStatements, readMigrations } from "./migrations.ts";
import { UserError } from "./settings.ts";
import type { LocalSettings } from "./settings.ts";

/**
 * `prepareDatabase`, which takes a runtime of its own, unless an earlier call has left its mark for
 * the same migrations. What was deleted of the demo project since then stays deleted.
 */
export async function prepareDatabaseOnce(settings: LocalSettings): Promise<void> {
  requireSound(settings.stateDir);
  const mark = path.join(settings.stateDir, "v3/prepared");
  const migrations = createHash("sha256").update(JSON.stringify(readMigrations())).digest("hex");
  const done = existsSync(path.join(settings.stateDir, "v3/d1")) && readMark(mark) === migrations;
  if (!done) {
    await prepareDatabase(settings);
    writeFileSync(mark, migrations);
  }
}

function readMark(file: string): string | null {
  return existsSync(file) ? readFileSync(file, "utf8") : null;
}

/** What each file of SQLite begins with. */
const SQLITE = "SQLite format 3\0";

/** The runtime dies of a damaged file, or serves errors and nothing else. */
function requireSound(stateDir: string): void {
  for (const folder of ["d1", "r2"]) {
    for (const file of globSync(path.join(stateDir, "v3", folder, "*/*.sqlite"))) {
      const head = readHead(file);
      if (head !== "" && head !== SQLITE) {
        throw new UserError(
          `STATE_DIR is ${stateDir}, and ${file} in it is damaged: no database. Put a copy of the folder in its place, start with data of its own (STATE_DIR=.wrangler/other npm run …), or remove ${stateDir}`,
        );
      }
    }
  }
}

function readHead(file: string): string {
  const head = Buffer.alloc(SQLITE.length);
  const opened = openSync(file, "r");
  const length = readSync(opened, head);
  closeSync(opened);
  return head.toString("latin1", 0, length);
}

/** @throws UserError where what stands there is damaged, or a later release has migrated it. */
export async function prepareDatabase({ config, stateDir }: LocalSettings): Promise<void> {
  requireSound(stateDir);
  const [database] = unstable_readConfig({ config }).d1_databases;
  if (database?.database_id === undefined) {
    throw new Error(`${config} names no D1 database with an id.`);
  }
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      modules: true,
      script: "export default {}",
      cf: false,
      d1Databases: { DB: database.database_id },
      resourcePersistencePath: path.join(stateDir, "v3"),
    }),
  );
  try {
    const db: D1Database = await miniflare.getD1Database("DB");
    await migrate(db, stateDir);
    await seedDemoProject(db);
  } finally {
    await miniflare.dispose();
  }
}

/** All that is pending in one transaction. */
async function migrate(db: D1Database, stateDir: string): Promise<void> {
  const query = async (sql: string) => (await db.prepare(sql).all()).results;
  const { statements } = await pendingStatements(readMigrations(), query).catch(
    (error: unknown) => {
      const hint = `Start with data of its own: STATE_DIR=.wrangler/other npm run …, or remove ${stateDir}`;
      throw error instanceof UserError ? new UserError(`${error.message}\n${hint}`) : error;
    },
  );
  if (statements.length > 0) {
    await db.batch(statements.map((sql) => db.prepare(sql)));
  }
}
