/** The files of `migrations/`, which the Worker cannot list: a test holds this to them. */
import { allRows, query } from "./sql/batch";
import type { ControlDatabase } from "./sql/databases";

export const MIGRATION_NAMES: readonly string[] = [
  "control/0001_projects.sql",
  "control/0002_sweeps.sql",
  "control/0003_sweep_marks.sql",
  "data/0001_core.sql",
  "data/0002_knowledge.sql",
  "data/0003_actors.sql",
  "data/0004_search.sql",
  "data/0005_webhooks.sql",
  "data/0006_usage.sql",
  "data/0007_file_uses.sql",
  "data/0008_idempotency.sql",
  "data/0009_message_author.sql",
  "data/0010_gains.sql",
  "data/0011_turns.sql",
  "data/0012_webhook_disabled.sql",
  "data/0013_knowledge_work.sql",
  "data/0014_knowledge_counts.sql",
  "data/0015_fewer_rows.sql",
  "data/0016_counted_at_the_end.sql",
  "data/0017_costs.sql",
  "data/0018_passage_pages.sql",
  "data/0019_unsuccessful_runs.sql",
];

/** Migrations that the database lacks, and those it has that this release does not know. */
export async function compareMigrations(
  db: ControlDatabase,
): Promise<{ missing: string[]; unknown: string[] }> {
  const rows = await allRows(query<{ name: string }>(db, "SELECT name FROM d1_migrations"));
  const applied = new Set(rows.map(({ name }) => name));
  return {
    missing: MIGRATION_NAMES.filter((name) => !applied.has(name)),
    unknown: [...applied].filter((name) => !MIGRATION_NAMES.includes(name)).toSorted(),
  };
}
