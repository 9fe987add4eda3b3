-- The first answers to POSTs, given again to their retries. `caller` is
-- `key/<key id>` or `user/<end user>`. `answer` has no text of the request in it: that comes again with
-- the retry. It is null where the work may simply be done again, and where `gone` is 1: what the
-- request made, `subject`, has been deleted since. A record is written in the transaction of what it guards.

CREATE TABLE IF NOT EXISTS idempotency_keys (
  project_id TEXT NOT NULL,
  caller TEXT NOT NULL,
  key TEXT NOT NULL,
  -- SHA-256 over method, path, query and body.
  fingerprint TEXT NOT NULL,
  answer TEXT,
  subject TEXT,
  gone INTEGER NOT NULL DEFAULT 0,
  created_at_ms INTEGER NOT NULL,
  PRIMARY KEY (project_id, caller, key)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS idempotency_keys_by_age ON idempotency_keys (created_at_ms);
CREATE INDEX IF NOT EXISTS idempotency_keys_by_subject ON idempotency_keys (project_id, subject)
  WHERE subject IS NOT NULL;

-- How many are kept of each caller: the counter `idempotency_keys`, whose period is the caller.
CREATE TRIGGER IF NOT EXISTS idempotency_keys_counted AFTER INSERT ON idempotency_keys
BEGIN
  INSERT OR IGNORE INTO usage_counters (project_id, counter, period)
  VALUES (new.project_id, 'idempotency_keys', new.caller);
  UPDATE usage_counters SET used = used + 1
  WHERE project_id = new.project_id AND counter = 'idempotency_keys' AND period = new.caller;
END;

CREATE TRIGGER IF NOT EXISTS idempotency_keys_uncounted AFTER DELETE ON idempotency_keys
BEGIN
  UPDATE usage_counters SET used = used - 1
  WHERE project_id = old.project_id AND counter = 'idempotency_keys' AND period = old.caller;
  DELETE FROM usage_counters
  WHERE project_id = old.project_id AND counter = 'idempotency_keys' AND period = old.caller AND used <= 0;
END;

CREATE TRIGGER IF NOT EXISTS threads_forgotten AFTER DELETE ON threads
BEGIN
  UPDATE idempotency_keys SET answer = NULL, gone = 1
  WHERE project_id = old.project_id AND subject = old.id;
END;

CREATE TRIGGER IF NOT EXISTS messages_forgotten AFTER DELETE ON messages
BEGIN
  UPDATE idempotency_keys SET answer = NULL, gone = 1
  WHERE project_id = old.project_id AND subject = old.id;
END;

CREATE TRIGGER IF NOT EXISTS files_forgotten AFTER DELETE ON files
BEGIN
  UPDATE idempotency_keys SET answer = NULL, gone = 1
  WHERE project_id = old.project_id AND subject = old.id;
END;

CREATE TRIGGER IF NOT EXISTS runs_forgotten AFTER DELETE ON runs
BEGIN
  UPDATE idempotency_keys SET answer = NULL, gone = 1
  WHERE project_id = old.project_id AND subject = old.id;
END;

CREATE TRIGGER IF NOT EXISTS tools_forgotten AFTER DELETE ON tools
BEGIN
  UPDATE idempotency_keys SET answer = NULL, gone = 1
  WHERE project_id = old.project_id AND subject = old.id;
END;

CREATE TRIGGER IF NOT EXISTS actors_forgotten AFTER DELETE ON actors
BEGIN
  UPDATE idempotency_keys SET answer = NULL, gone = 1
  WHERE project_id = old.project_id AND subject = old.id;
END;
