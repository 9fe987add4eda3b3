/**
 * The tables of one thread's object. Migrations are append-only; `schema_steps` remembers which have
 * run (an object's SQLite has no `PRAGMA user_version`). An object that was never asked to run
 * anything has no tables, and keeps having none when it is only asked to read. A new one gets all
 * tables in their newest form at once: a migration that is added here is added to `WHOLE` too.
 */

interface Migration {
  id: number;
  why: string;
  sql: string;
}

export const MIGRATIONS: readonly Migration[] = [
  {
    id: 1,
    why: "runs with their turns, what they were asked, their events, steps and submitted outputs, and the named alarms",
    sql: `
      -- phase: taken (here alone), admitted (in D1 too), decided (its end is chosen, D1 has yet to
      -- hear of it), ended, withdrawn (to be taken back out of D1).
      -- The turn goes to the lowest position among the queued.
      CREATE TABLE runs (
        id TEXT PRIMARY KEY,
        position INTEGER NOT NULL,
        phase TEXT NOT NULL,
        status TEXT NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0,
        deadline_at_ms INTEGER NOT NULL,
        started_at_ms INTEGER,
        ended_at_ms INTEGER,
        stop TEXT,
        start_offset INTEGER,
        last_offset INTEGER
      ) WITHOUT ROWID;

      -- Texts that may outgrow a row of 2 MB, in parts: what a run was asked, how it ended.
      CREATE TABLE run_blobs (
        run_id TEXT NOT NULL,
        name TEXT NOT NULL,
        part INTEGER NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (run_id, name, part)
      ) WITHOUT ROWID;

      -- The journal. n counts all rows of the object, seq the events of one run; an event too long
      -- for a row continues in the next n under the same seq.
      CREATE TABLE events (
        n INTEGER PRIMARY KEY,
        run_id TEXT NOT NULL,
        seq INTEGER NOT NULL,
        kind TEXT NOT NULL,
        dedupe_key TEXT,
        body TEXT NOT NULL
      );

      CREATE TABLE steps (
        run_id TEXT NOT NULL,
        key TEXT NOT NULL,
        begun INTEGER NOT NULL,
        cell TEXT,
        PRIMARY KEY (run_id, key)
      ) WITHOUT ROWID;

      CREATE TABLE submissions (
        run_id TEXT NOT NULL,
        call_id TEXT NOT NULL,
        output TEXT NOT NULL,
        PRIMARY KEY (run_id, call_id)
      ) WITHOUT ROWID;

      CREATE TABLE alarms (
        name TEXT PRIMARY KEY,
        at_ms INTEGER NOT NULL
      ) WITHOUT ROWID;
    `,
  },
  {
    id: 2,
    why: "followers of a thread hear its messages up to message_barrier before the event that speaks of them",
    sql: `
      ALTER TABLE events ADD COLUMN message_barrier INTEGER;
      ALTER TABLE runs ADD COLUMN message_barrier INTEGER;
    `,
  },
  {
    id: 3,
    why: "what the project is yet to be told of its runs",
    sql: `
      CREATE TABLE outbox (
        id TEXT PRIMARY KEY,
        due_at_ms INTEGER NOT NULL,
        body TEXT NOT NULL
      ) WITHOUT ROWID;
    `,
  },
  {
    id: 4,
    why: "the attempt that is at work: none, open, or probation (alone in its isolate)",
    sql: "ALTER TABLE runs ADD COLUMN attempt TEXT NOT NULL DEFAULT 'none'",
  },
  {
    id: 5,
    why: "how often a run was begun again after a death of its object",
    sql: "ALTER TABLE runs ADD COLUMN restarts INTEGER NOT NULL DEFAULT 0",
  },
  {
    id: 6,
    why: "a row of the journal holds so many events, a line each; alarm times are read off the other tables",
    sql: `
      ALTER TABLE events ADD COLUMN count INTEGER NOT NULL DEFAULT 1;
      DROP TABLE alarms;
    `,
  },
];

/** What the migrations together come to. */
const WHOLE = `
  CREATE TABLE schema_steps (id INTEGER PRIMARY KEY, why TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE runs (
    id TEXT PRIMARY KEY,
    position INTEGER NOT NULL,
    phase TEXT NOT NULL,
    status TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    deadline_at_ms INTEGER NOT NULL,
    started_at_ms INTEGER,
    ended_at_ms INTEGER,
    stop TEXT,
    start_offset INTEGER,
    last_offset INTEGER,
    message_barrier INTEGER,
    attempt TEXT NOT NULL DEFAULT 'none',
    restarts INTEGER NOT NULL DEFAULT 0
  ) WITHOUT ROWID;
  CREATE TABLE run_blobs (
    run_id TEXT NOT NULL,
    name TEXT NOT NULL,
    part INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (run_id, name, part)
  ) WITHOUT ROWID;
  CREATE TABLE events (
    n INTEGER PRIMARY KEY,
    run_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    kind TEXT NOT NULL,
    dedupe_key TEXT,
    body TEXT NOT NULL,
    message_barrier INTEGER,
    count INTEGER NOT NULL DEFAULT 1
  );
  CREATE TABLE steps (
    run_id TEXT NOT NULL,
    key TEXT NOT NULL,
    begun INTEGER NOT NULL,
    cell TEXT,
    PRIMARY KEY (run_id, key)
  ) WITHOUT ROWID;
  CREATE TABLE submissions (
    run_id TEXT NOT NULL,
    call_id TEXT NOT NULL,
    output TEXT NOT NULL,
    PRIMARY KEY (run_id, call_id)
  ) WITHOUT ROWID;
  CREATE TABLE outbox (
    id TEXT PRIMARY KEY,
    due_at_ms INTEGER NOT NULL,
    body TEXT NOT NULL
  ) WITHOUT ROWID;
`;

/** Whether the object has its tables: false for one that never took a run, or has forgotten all. */
export function isInstalled(sql: SqlStorage): boolean {
  return sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'schema_steps'").toArray().length > 0;
}

/** Brings the tables to the newest form, from none or from any earlier one. */
export function migrate(storage: Pick<DurableObjectStorage, "sql" | "transactionSync">): void {
  storage.transactionSync(() => {
    if (isInstalled(storage.sql)) {
      bringForward(storage.sql, MIGRATIONS);
    } else {
      storage.sql.exec(WHOLE);
      noteSteps(storage.sql, MIGRATIONS);
    }
  });
}

/** Runs the migrations that have not run yet, one by one, in the transaction around it. */
export function bringForward(sql: SqlStorage, migrations: readonly Migration[]): void {
  sql.exec(
    "CREATE TABLE IF NOT EXISTS schema_steps (id INTEGER PRIMARY KEY, why TEXT NOT NULL) WITHOUT ROWID",
  );
  const done = new Set(
    sql
      .exec<{ id: number }>("SELECT id FROM schema_steps")
      .toArray()
      .map((row) => row.id),
  );
  const due = migrations.filter((step) => !done.has(step.id));
  for (const { sql: text } of due) {
    sql.exec(text);
  }
  if (due.length > 0) {
    noteSteps(sql, due);
  }
}

function noteSteps(sql: SqlStorage, steps: readonly Migration[]): void {
  sql.exec(
    "INSERT INTO schema_steps (id, why) SELECT value ->> 'id', value ->> 'why' FROM json_each(?)",
    JSON.stringify(steps.map(({ id, why }) => ({ id, why }))),
  );
}
