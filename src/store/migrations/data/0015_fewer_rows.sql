-- What a turn writes less: index entries of its thread's last change, the run's among the open ones, its tokens.

-- What is found by its last change is found by this: `updated_at_ms` at most ten minutes ago, so that a
-- conversation moves the index once in ten minutes and not twice a turn. Null: as `created_at_ms`.
-- `THREADS_FOUND.slackMs` says the ten minutes to whoever asks.
ALTER TABLE threads ADD COLUMN touched_at_ms INTEGER;
UPDATE threads SET touched_at_ms = updated_at_ms WHERE updated_at_ms - created_at_ms > 600000;
DROP INDEX IF EXISTS threads_by_update;
CREATE INDEX IF NOT EXISTS threads_by_touch ON threads (project_id, coalesce(touched_at_ms, created_at_ms));

CREATE TRIGGER IF NOT EXISTS thread_touched AFTER UPDATE OF updated_at_ms ON threads
WHEN new.updated_at_ms - coalesce(new.touched_at_ms, new.created_at_ms) > 600000 BEGIN
  UPDATE threads SET touched_at_ms = new.updated_at_ms WHERE seq = new.seq;
END;

-- One that was brought from elsewhere.
CREATE TRIGGER IF NOT EXISTS thread_touched_before AFTER INSERT ON threads
WHEN new.updated_at_ms - new.created_at_ms > 600000 BEGIN
  UPDATE threads SET touched_at_ms = new.updated_at_ms WHERE seq = new.seq;
END;

-- An index of the runs that have not ended would be two rows a run, of which nearly all end in minutes.
-- The clock looks at each run once instead, hours after its acceptance, and notes the few that are open
-- still. `looked_to` is the last `seq` that it has seen, and what comes behind the newest run may get the
-- number of one that was deleted, and is looked at all the same.
CREATE TABLE IF NOT EXISTS late_runs (
  seq INTEGER PRIMARY KEY
);
CREATE TABLE IF NOT EXISTS run_looks (
  looked_to INTEGER NOT NULL
);
INSERT OR IGNORE INTO run_looks (looked_to)
  SELECT coalesce((SELECT min(seq) - 1 FROM runs WHERE ended_at_ms IS NULL), (SELECT max(seq) FROM runs), 0)
  WHERE NOT EXISTS (SELECT 1 FROM run_looks);
DROP INDEX IF EXISTS runs_open;

CREATE TRIGGER IF NOT EXISTS newest_run_deleted AFTER DELETE ON runs
WHEN NOT EXISTS (SELECT 1 FROM runs WHERE seq > old.seq)
  AND old.seq <= (SELECT looked_to FROM run_looks) BEGIN
  UPDATE run_looks SET looked_to = coalesce((SELECT max(seq) FROM runs), 0);
END;

CREATE TRIGGER IF NOT EXISTS runs_looked_at AFTER UPDATE OF looked_to ON run_looks BEGIN
  DELETE FROM late_runs WHERE NOT EXISTS (
    SELECT 1 FROM runs WHERE runs.seq = late_runs.seq AND ended_at_ms IS NULL);
  INSERT OR IGNORE INTO late_runs (seq)
    SELECT seq FROM runs WHERE seq > old.looked_to AND seq <= new.looked_to AND ended_at_ms IS NULL;
END;

-- Tokens that runs have used are in `usage_days` already, by the day on which they ended: the month's is
-- the sum of its days. The counter `tokens` keeps what runs under way may still use, of projects with a
-- quota of tokens: the run of any other reserves nothing.
UPDATE usage_counters SET settled = 0 WHERE counter = 'tokens';

DROP TRIGGER IF EXISTS usage_within_quota;
CREATE TRIGGER IF NOT EXISTS usage_within_quota AFTER UPDATE OF used, reserved ON usage_counters
WHEN new.used + new.reserved > old.used + old.reserved
BEGIN
  SELECT RAISE(ABORT, 'quota ' || counter || ' ' || most) FROM quotas
  WHERE project_id = new.project_id AND counter = new.counter
    AND new.used + new.reserved + new.settled + iif(counter = 'tokens', (
      SELECT ifnull(sum(input_tokens + output_tokens), 0) FROM usage_days d
      WHERE d.project_id = new.project_id AND d.day BETWEEN new.period || '-01' AND new.period || '-31'), 0) > most;
END;

DROP TRIGGER IF EXISTS runs_settled;
CREATE TRIGGER IF NOT EXISTS runs_settled AFTER UPDATE OF ended_at_ms ON runs
WHEN old.ended_at_ms IS NULL AND new.ended_at_ms IS NOT NULL AND old.tokens_reserved > 0
BEGIN
  UPDATE usage_counters SET reserved = reserved - old.tokens_reserved
  WHERE project_id = new.project_id AND counter = 'tokens'
    AND period = strftime('%Y-%m', new.created_at_ms / 1000, 'unixepoch');
END;
