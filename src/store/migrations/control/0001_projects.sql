-- What says who may ask: projects, their keys and the secrets that sign their tokens. Nothing here names a
-- table of ../data, so that the two may be databases of their own. Times are Unix milliseconds.

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

-- Signing secrets of session tokens, and what has been revoked of them. A secret stands in plain
-- text because HS256 needs it to check a signature, and the customer's backend holds the same.

CREATE TABLE IF NOT EXISTS signing_secrets (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL REFERENCES projects (id),
  secret TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  -- From this moment on tokens signed with it are refused. Null while it is in use.
  retires_at_ms INTEGER
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS signing_secrets_by_project ON signing_secrets (project_id, created_at_ms);

-- Tokens issued at or before the moment are refused. An empty end user stands for the whole project.
CREATE TABLE IF NOT EXISTS token_revocations (
  project_id TEXT NOT NULL REFERENCES projects (id),
  end_user_id TEXT NOT NULL,
  not_before_ms INTEGER NOT NULL,
  PRIMARY KEY (project_id, end_user_id)
) WITHOUT ROWID;
