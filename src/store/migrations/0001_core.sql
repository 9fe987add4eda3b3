-- Projects, keys, threads, messages, files, tools and runs. Every table is keyed by project first.
-- `seq` is the order of insertion: listings walk it, so that a page costs what it holds. An index on
-- (project_id, …) ends in the rowid, which is `seq`, and so gives each listing its order.
-- Times are Unix milliseconds.

CREATE TABLE IF NOT EXISTS projects (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  -- How long it keeps what nobody touches. Null: for ever.
  keep_idle_days INTEGER
);

-- `hash` is the SHA-256 of the key in hex: the key itself is shown once and kept nowhere.
CREATE TABLE IF NOT EXISTS api_keys (
  project_id TEXT NOT NULL REFERENCES projects (id),
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  hash TEXT NOT NULL UNIQUE,
  hint TEXT NOT NULL,
  scopes TEXT NOT NULL CHECK (json_valid(scopes)),
  created_at_ms INTEGER NOT NULL,
  expires_at_ms INTEGER,
  revoked_at_ms INTEGER,
  last_used_at_ms INTEGER,
  PRIMARY KEY (project_id, id)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS threads (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
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
  UNIQUE (project_id, id)
);
CREATE INDEX IF NOT EXISTS threads_by_project ON threads (project_id);
CREATE INDEX IF NOT EXISTS threads_by_end_user ON threads (project_id, end_user_id) WHERE end_user_id IS NOT NULL;

CREATE TABLE IF NOT EXISTS messages (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  project_id TEXT NOT NULL,
  thread_id TEXT NOT NULL,
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
  FOREIGN KEY (project_id, thread_id) REFERENCES threads (project_id, id) ON DELETE CASCADE
);
CREATE INDEX IF NOT EXISTS messages_by_thread ON messages (project_id, thread_id);

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

CREATE TABLE IF NOT EXISTS tools (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  project_id TEXT NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  description TEXT,
  latest_version INTEGER NOT NULL,
  live_version INTEGER NOT NULL,
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
  created_at_ms INTEGER NOT NULL,
  PRIMARY KEY (project_id, tool_id, version),
  FOREIGN KEY (project_id, tool_id) REFERENCES tools (project_id, id) ON DELETE CASCADE
) WITHOUT ROWID;

-- While a run is at work its thread's object has the truth, and this row is then as it was accepted.
-- `outcome` holds traces, results, usage and pending calls. It is null with `outcome_in_r2` = 1 where it
-- would not fit a row: then it is in R2 at `runs/<project>/<id>`.
CREATE TABLE IF NOT EXISTS runs (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
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
CREATE INDEX IF NOT EXISTS runs_open ON runs (created_at_ms) WHERE ended_at_ms IS NULL;
