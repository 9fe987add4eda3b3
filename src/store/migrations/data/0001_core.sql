-- Threads, messages, files, tools and runs. Every table is keyed by project first.
-- `seq` is the order of insertion: listings walk it, so that a page costs what it holds. An index on
-- (project_id, …) ends in the rowid, which is `seq`, and so gives each listing its order.
-- Times are Unix milliseconds.

-- The projects whose data are in this database, with the numbers that ../control gave them.
CREATE TABLE IF NOT EXISTS project_numbers (
  id TEXT PRIMARY KEY,
  number INTEGER NOT NULL UNIQUE
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS threads (
  seq INTEGER PRIMARY KEY,
  project_id TEXT NOT NULL,
  id TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL,
  metadata TEXT CHECK (metadata IS NULL OR json_valid(metadata)),
  tool_id TEXT,
  end_user_id TEXT,
  language TEXT,
  country TEXT,
  timezone TEXT,
  -- Until when someone follows the thread: whoever writes a message to it lets the object know, which
  -- moves the time on while anyone follows. One in the past means nobody does.
  followed_until_ms INTEGER NOT NULL DEFAULT 0,
  -- The `n` of the last message ever written to it: one that is deleted does not give its own back.
  last_n INTEGER NOT NULL DEFAULT 0,
  UNIQUE (project_id, id)
);
CREATE INDEX IF NOT EXISTS threads_by_project ON threads (project_id);
CREATE INDEX IF NOT EXISTS threads_by_end_user ON threads (project_id, end_user_id) WHERE end_user_id IS NOT NULL;

-- `n` is the message's place in its thread, from 1 on and with gaps: the order that cursors and streams
-- speak of. `seq` only joins rows of this database.
CREATE TABLE IF NOT EXISTS messages (
  seq INTEGER PRIMARY KEY,
  project_id TEXT NOT NULL,
  thread_id TEXT NOT NULL,
  n INTEGER NOT NULL,
  id TEXT NOT NULL,
  role TEXT NOT NULL,
  content TEXT NOT NULL,
  file_ids TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(file_ids)),
  metadata TEXT CHECK (metadata IS NULL OR json_valid(metadata)),
  parts TEXT CHECK (parts IS NULL OR json_valid(parts)),
  created_at_ms INTEGER NOT NULL,
  tool_id TEXT,
  tool_name TEXT,
  run_id TEXT,
  incomplete INTEGER NOT NULL DEFAULT 0,
  UNIQUE (project_id, thread_id, id),
  UNIQUE (project_id, thread_id, n),
  FOREIGN KEY (project_id, thread_id) REFERENCES threads (project_id, id) ON DELETE CASCADE
);

-- The bytes are in R2 at `files/<project>/<id>`.
CREATE TABLE IF NOT EXISTS files (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  project_id TEXT NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  mime_type TEXT NOT NULL,
  size INTEGER NOT NULL,
  created_at_ms INTEGER NOT NULL,
  end_user_id TEXT,
  UNIQUE (project_id, id)
);
CREATE INDEX IF NOT EXISTS files_by_project ON files (project_id);
CREATE INDEX IF NOT EXISTS files_by_owner ON files (project_id, end_user_id) WHERE end_user_id IS NOT NULL;

CREATE TABLE IF NOT EXISTS tools (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  project_id TEXT NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  description TEXT,
  latest_version INTEGER NOT NULL,
  live_version INTEGER NOT NULL,
  -- Which version runs take that name none: `latest`, as the published page says, or `live`.
  default_version TEXT NOT NULL DEFAULT 'latest' CHECK (default_version IN ('latest', 'live')),
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL,
  UNIQUE (project_id, id)
);
CREATE INDEX IF NOT EXISTS tools_by_project ON tools (project_id);

-- A version never changes.
CREATE TABLE IF NOT EXISTS tool_versions (
  project_id TEXT NOT NULL,
  tool_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  actions TEXT NOT NULL CHECK (json_valid(actions)),
  -- What it lets session tokens do and see, null where it opens nothing.
  open TEXT CHECK (open IS NULL OR json_valid(open)),
  created_at_ms INTEGER NOT NULL,
  PRIMARY KEY (project_id, tool_id, version),
  FOREIGN KEY (project_id, tool_id) REFERENCES tools (project_id, id) ON DELETE CASCADE
) WITHOUT ROWID;

-- While a run is at work its thread's object has the truth, and this row is then as it was accepted.
-- `outcome` holds traces, results, usage and pending calls. It is null with `outcome_in_r2` = 1 where it
-- would not fit a row: then it is in R2 at `runs/<project>/<id>`.
CREATE TABLE IF NOT EXISTS runs (
  seq INTEGER PRIMARY KEY,
  project_id TEXT NOT NULL,
  id TEXT NOT NULL,
  tool_id TEXT NOT NULL,
  tool_name TEXT NOT NULL,
  version INTEGER NOT NULL,
  thread_id TEXT,
  end_user_id TEXT,
  status TEXT NOT NULL,
  error TEXT CHECK (error IS NULL OR json_valid(error)),
  config TEXT NOT NULL CHECK (json_valid(config)),
  outcome TEXT CHECK (outcome IS NULL OR json_valid(outcome)),
  outcome_in_r2 INTEGER NOT NULL DEFAULT 0,
  created_at_ms INTEGER NOT NULL,
  started_at_ms INTEGER,
  ended_at_ms INTEGER,
  -- Reserved of the project's quota when the run is taken on, and settled when it has ended.
  tokens_reserved INTEGER NOT NULL DEFAULT 0,
  tokens_used INTEGER NOT NULL DEFAULT 0,
  UNIQUE (project_id, id)
);
CREATE INDEX IF NOT EXISTS runs_by_tool ON runs (project_id, tool_id);
CREATE INDEX IF NOT EXISTS runs_by_thread ON runs (project_id, thread_id) WHERE thread_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS runs_by_owner ON runs (project_id, end_user_id) WHERE end_user_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS runs_open ON runs (created_at_ms) WHERE ended_at_ms IS NULL;

-- Objects of R2 that belong to rows which are gone: noted in the transaction that deletes the row, and
-- swept from time to time, so that none outlives a Worker that died in between. A key that ends in `/`
-- stands for all that begin with it. See store/files/objects.ts for the keys.
CREATE TABLE IF NOT EXISTS doomed_objects (
  key TEXT PRIMARY KEY,
  since_ms INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TRIGGER IF NOT EXISTS file_objects_doomed AFTER DELETE ON files
BEGIN
  INSERT OR REPLACE INTO doomed_objects (key, since_ms) VALUES
    ('files/' || old.project_id || '/' || old.id, unixepoch('subsec') * 1000),
    ('derived/' || old.project_id || '/' || old.id || '/', unixepoch('subsec') * 1000);
END;

-- The same id again: from an import.
CREATE TRIGGER IF NOT EXISTS file_objects_spared AFTER INSERT ON files
BEGIN
  DELETE FROM doomed_objects WHERE key IN ('files/' || new.project_id || '/' || new.id,
    'derived/' || new.project_id || '/' || new.id || '/');
END;

CREATE TRIGGER IF NOT EXISTS run_objects_spared AFTER INSERT ON runs WHEN new.outcome_in_r2 = 1
BEGIN
  DELETE FROM doomed_objects WHERE key = 'runs/' || new.project_id || '/' || new.id;
END;

CREATE TRIGGER IF NOT EXISTS run_objects_doomed AFTER DELETE ON runs WHEN old.outcome_in_r2 = 1
BEGIN
  INSERT OR REPLACE INTO doomed_objects (key, since_ms)
  VALUES ('runs/' || old.project_id || '/' || old.id, unixepoch('subsec') * 1000);
END;
