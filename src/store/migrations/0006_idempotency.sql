-- The first answer to a POST, given again to its retries. `caller` is the end user of a token, empty
-- for a key. A record is written in the transaction of what it guards.

CREATE TABLE IF NOT EXISTS idempotency_records (
  project_id TEXT NOT NULL,
  caller TEXT NOT NULL,
  key TEXT NOT NULL,
  -- SHA-256 over method, path, query and body.
  fingerprint TEXT NOT NULL,
  answer TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  PRIMARY KEY (project_id, caller, key)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS idempotency_records_by_age ON idempotency_records (created_at_ms);
