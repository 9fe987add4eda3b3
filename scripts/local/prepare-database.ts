/** Brings the local D1 up to date before a server opens it: migrations, then the demo project. */
import path from "node:path";

import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { unstable_readConfig } from "wrangler";

import { seedDemoProject } from "./demo-project.ts";
import { pendingStatements, readMigrations } from "./migrations.ts";
import { UserError } from "./settings.ts";
import type { LocalSettings } from "./settings.ts";

export async function prepareDatabase({ config, stateDir }: LocalSettings): Promise<void> {
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
