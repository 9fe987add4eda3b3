/** Brings the local D1 up to date before a server opens it: migrations, then the demo project. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { unstable_readConfig, unstable_splitSqlQuery } from "wrangler";

import { seedDemoProject } from "./demo-project.ts";
import type { LocalSettings } from "./settings.ts";

export async function prepareDatabase({ config, stateDir }: LocalSettings): Promise<void> {
  const [database] = unstable_readConfig({ config }).d1_databases;
  if (database?.database_id === undefined || database.migrations_dir === undefined) {
    throw new Error(`${config} names no D1 database with an id and a folder of migrations.`);
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
    await migrate(db, path.resolve(path.dirname(config), database.migrations_dir));
    await seedDemoProject(db);
  } finally {
    await miniflare.dispose();
  }
}

/**
 * Applies what `d1_migrations` does not list, each file in one transaction. The table is wrangler's
 * own, so `wrangler d1 migrations list --local` tells the same.
 */
async function migrate(db: D1Database, folder: string): Promise<void> {
  await db
    .prepare(
      `CREATE TABLE IF NOT EXISTS d1_migrations (id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT UNIQUE, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)`,
    )
    .run();
  const { results } = await db.prepare("SELECT name FROM d1_migrations").all<{ name: string }>();
  const applied = new Set(results.map((row) => row.name));
  const files = readdirSync(folder).filter((name) => name.endsWith(".sql"));
  for (const name of files.toSorted().filter((file) => !applied.has(file))) {
    const statements = unstable_splitSqlQuery(readFileSync(path.join(folder, name), "utf8"));
    await db.batch([
      ...statements.map((sql) => db.prepare(sql)),
      db.prepare("INSERT INTO d1_migrations (name) VALUES (?)").bind(name),
    ]);
  }
}
