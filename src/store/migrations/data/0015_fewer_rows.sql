-- What a turn writes less: an index entry of its thread's last change, and the run's among the open ones.

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
