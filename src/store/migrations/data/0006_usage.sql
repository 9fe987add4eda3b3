-- What each project has and uses, counted by triggers, and what it may: exact under any concurrency,
-- because the count moves in the transaction of what it counts. One that passes its quota aborts the
-- whole batch with the message `quota <counter> <most>`.

CREATE TABLE IF NOT EXISTS quotas (
  project_id TEXT NOT NULL REFERENCES project_numbers (id),
  counter TEXT NOT NULL,
  most INTEGER NOT NULL,
  PRIMARY KEY (project_id, counter)
) WITHOUT ROWID;

-- `period` is empty for what is there now (threads, messages, files, bytes), the day for runs and the
-- month for tokens, both in UTC. `used` is what calls have made, `reserved` what runs under way may
-- still make, `settled` what runs have made: that is counted and never refused, for their work is
-- done and their end must be recorded.
CREATE TABLE IF NOT EXISTS usage_counters (
  project_id TEXT NOT NULL,
  counter TEXT NOT NULL,
  period TEXT NOT NULL DEFAULT '',
  used INTEGER NOT NULL DEFAULT 0,
  reserved INTEGER NOT NULL DEFAULT 0,
  settled INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (project_id, counter, period)
) WITHOUT ROWID;

-- The one judge. What shrinks, or moves from reserved to settled, is always allowed.
CREATE TRIGGER IF NOT EXISTS usage_within_quota AFTER UPDATE OF used, reserved ON usage_counters
WHEN new.used + new.reserved > old.used + old.reserved
BEGIN
  SELECT RAISE(ABORT, 'quota ' || counter || ' ' || most) FROM quotas
  WHERE project_id = new.project_id AND counter = new.counter
    AND new.used + new.reserved + new.settled > most;
END;

CREATE TRIGGER IF NOT EXISTS threads_counted AFTER INSERT ON threads
BEGIN
  INSERT OR IGNORE INTO usage_counters (project_id, counter) VALUES (new.project_id, 'threads');
  UPDATE usage_counters SET used = used + 1
  WHERE project_id = new.project_id AND counter = 'threads' AND period = '';
END;

CREATE TRIGGER IF NOT EXISTS threads_uncounted AFTER DELETE ON threads
BEGIN
  UPDATE usage_counters SET used = used - 1
  WHERE project_id = old.project_id AND counter = 'threads' AND period = '';
END;

CREATE TRIGGER IF NOT EXISTS messages_counted AFTER INSERT ON messages WHEN new.run_id IS NULL
BEGIN
  INSERT OR IGNORE INTO usage_counters (project_id, counter) VALUES (new.project_id, 'messages');
  UPDATE usage_counters SET used = used + 1
  WHERE project_id = new.project_id AND counter = 'messages' AND period = '';
END;

CREATE TRIGGER IF NOT EXISTS messages_settled AFTER INSERT ON messages WHEN new.run_id IS NOT NULL
BEGIN
  INSERT OR IGNORE INTO usage_counters (project_id, counter) VALUES (new.project_id, 'messages');
  UPDATE usage_counters SET settled = settled + 1
  WHERE project_id = new.project_id AND counter = 'messages' AND period = '';
END;

CREATE TRIGGER IF NOT EXISTS messages_uncounted AFTER DELETE ON messages
BEGIN
  UPDATE usage_counters SET used = used - (old.run_id IS NULL),
    settled = settled - (old.run_id IS NOT NULL)
  WHERE project_id = old.project_id AND counter = 'messages' AND period = '';
END;

CREATE TRIGGER IF NOT EXISTS files_counted AFTER INSERT ON files
BEGIN
  INSERT OR IGNORE INTO usage_counters (project_id, counter)
  VALUES (new.project_id, 'files'), (new.project_id, 'bytes');
  UPDATE usage_counters SET used = used + iif(counter = 'files', 1, new.size)
  WHERE project_id = new.project_id AND counter IN ('files', 'bytes') AND period = '';
END;

CREATE TRIGGER IF NOT EXISTS files_uncounted AFTER DELETE ON files
BEGIN
  UPDATE usage_counters SET used = used - iif(counter = 'files', 1, old.size)
  WHERE project_id = old.project_id AND counter IN ('files', 'bytes') AND period = '';
END;

CREATE TRIGGER IF NOT EXISTS runs_counted AFTER INSERT ON runs
BEGIN
  INSERT OR IGNORE INTO usage_counters (project_id, counter, period) VALUES
    (new.project_id, 'runs', strftime('%Y-%m-%d', new.created_at_ms / 1000, 'unixepoch')),
    (new.project_id, 'tokens', strftime('%Y-%m', new.created_at_ms / 1000, 'unixepoch'));
  UPDATE usage_counters SET used = used + 1
  WHERE project_id = new.project_id AND counter = 'runs'
    AND period = strftime('%Y-%m-%d', new.created_at_ms / 1000, 'unixepoch');
  UPDATE usage_counters SET reserved = reserved + new.tokens_reserved
  WHERE new.tokens_reserved > 0 AND project_id = new.project_id AND counter = 'tokens'
    AND period = strftime('%Y-%m', new.created_at_ms / 1000, 'unixepoch');
END;

CREATE TRIGGER IF NOT EXISTS runs_settled AFTER UPDATE OF ended_at_ms ON runs
WHEN old.ended_at_ms IS NULL AND new.ended_at_ms IS NOT NULL
BEGIN
  UPDATE usage_counters
  SET settled = settled + new.tokens_used, reserved = reserved - old.tokens_reserved
  WHERE new.tokens_used + old.tokens_reserved > 0 AND project_id = new.project_id AND counter = 'tokens'
    AND period = strftime('%Y-%m', new.created_at_ms / 1000, 'unixepoch');
END;

-- Deleted with its thread, or taken back, while it was under way.
CREATE TRIGGER IF NOT EXISTS runs_released AFTER DELETE ON runs WHEN old.ended_at_ms IS NULL
BEGIN
  UPDATE usage_counters SET reserved = reserved - old.tokens_reserved
  WHERE project_id = old.project_id AND counter = 'tokens'
    AND period = strftime('%Y-%m', old.created_at_ms / 1000, 'unixepoch');
END;

-- A run that needs more tokens than it was admitted with raises its reservation while it is under way,
-- and the trigger above refuses what the quota does not hold.
CREATE TRIGGER IF NOT EXISTS runs_reserve_more AFTER UPDATE OF tokens_reserved ON runs
WHEN old.ended_at_ms IS NULL AND new.ended_at_ms IS NULL
BEGIN
  UPDATE usage_counters SET reserved = reserved + new.tokens_reserved - old.tokens_reserved
  WHERE project_id = new.project_id AND counter = 'tokens'
    AND period = strftime('%Y-%m', new.created_at_ms / 1000, 'unixepoch');
END;

-- What a project's runs came to, a row a project and day in UTC: written with the end of each run,
-- read by GET /usage. `first_token_counts` is a JSON object of counts by bucket: see
-- src/domain/time-histogram.ts.
CREATE TABLE IF NOT EXISTS usage_days (
  project_id TEXT NOT NULL,
  day TEXT NOT NULL,
  runs INTEGER NOT NULL DEFAULT 0,
  errors INTEGER NOT NULL DEFAULT 0,
  input_tokens INTEGER NOT NULL DEFAULT 0,
  output_tokens INTEGER NOT NULL DEFAULT 0,
  first_token_counts TEXT NOT NULL DEFAULT '{}',
  PRIMARY KEY (project_id, day)
) WITHOUT ROWID;

-- The first run of a day forgets what is older than any range that may be asked for (366 days, and
-- some days for clocks and readers).
CREATE TRIGGER IF NOT EXISTS usage_days_forgotten AFTER INSERT ON usage_days
BEGIN
  DELETE FROM usage_days WHERE project_id = new.project_id AND day < date(new.day, '-400 days');
END;
