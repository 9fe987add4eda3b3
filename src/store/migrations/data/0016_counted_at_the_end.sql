-- What a turn writes less: counts of its run and of its messages, which its end writes with its day.

-- 1 where the end of the run that has brought the message counts it, in `usage_days`.
ALTER TABLE messages ADD COLUMN counted_with_run INTEGER NOT NULL DEFAULT 0;
-- Messages that came with the run's admission, for its end to count.
ALTER TABLE runs ADD COLUMN asked_messages INTEGER NOT NULL DEFAULT 0;
-- Messages that came with runs which ended on the day, whether they are kept or not: with the counter
-- `messages`, from which all that are deleted are taken, they are those that are there.
ALTER TABLE usage_days ADD COLUMN messages INTEGER NOT NULL DEFAULT 0;

DROP TRIGGER IF EXISTS messages_counted;
CREATE TRIGGER IF NOT EXISTS messages_counted AFTER INSERT ON messages
WHEN new.run_id IS NULL AND new.counted_with_run = 0
BEGIN
  INSERT OR IGNORE INTO usage_counters (project_id, counter) VALUES (new.project_id, 'messages');
  UPDATE usage_counters SET used = used + 1
  WHERE project_id = new.project_id AND counter = 'messages' AND period = '';
END;

DROP TRIGGER IF EXISTS messages_settled;
CREATE TRIGGER IF NOT EXISTS messages_settled AFTER INSERT ON messages
WHEN new.run_id IS NOT NULL AND new.counted_with_run = 0
BEGIN
  INSERT OR IGNORE INTO usage_counters (project_id, counter) VALUES (new.project_id, 'messages');
  UPDATE usage_counters SET settled = settled + 1
  WHERE project_id = new.project_id AND counter = 'messages' AND period = '';
END;

-- Runs are counted as they come where the project has a quota of them. Where it has none, those that have
-- ended are in `usage_days`.
DROP TRIGGER IF EXISTS runs_counted;
CREATE TRIGGER IF NOT EXISTS runs_counted AFTER INSERT ON runs
WHEN EXISTS (SELECT 1 FROM quotas WHERE project_id = new.project_id AND counter = 'runs')
BEGIN
  INSERT OR IGNORE INTO usage_counters (project_id, counter, period) VALUES
    (new.project_id, 'runs', strftime('%Y-%m-%d', new.created_at_ms / 1000, 'unixepoch'));
  UPDATE usage_counters SET used = used + 1
  WHERE project_id = new.project_id AND counter = 'runs'
    AND period = strftime('%Y-%m-%d', new.created_at_ms / 1000, 'unixepoch');
END;

CREATE TRIGGER IF NOT EXISTS runs_reserve AFTER INSERT ON runs WHEN new.tokens_reserved > 0
BEGIN
  INSERT OR IGNORE INTO usage_counters (project_id, counter, period) VALUES
    (new.project_id, 'tokens', strftime('%Y-%m', new.created_at_ms / 1000, 'unixepoch'));
  UPDATE usage_counters SET reserved = reserved + new.tokens_reserved
  WHERE project_id = new.project_id AND counter = 'tokens'
    AND period = strftime('%Y-%m', new.created_at_ms / 1000, 'unixepoch');
END;

-- A run that has reserved nothing may come to need some.
DROP TRIGGER IF EXISTS runs_reserve_more;
CREATE TRIGGER IF NOT EXISTS runs_reserve_more AFTER UPDATE OF tokens_reserved ON runs
WHEN old.ended_at_ms IS NULL AND new.ended_at_ms IS NULL
BEGIN
  INSERT OR IGNORE INTO usage_counters (project_id, counter, period) VALUES
    (new.project_id, 'tokens', strftime('%Y-%m', new.created_at_ms / 1000, 'unixepoch'));
  UPDATE usage_counters SET reserved = reserved + new.tokens_reserved - old.tokens_reserved
  WHERE project_id = new.project_id AND counter = 'tokens'
    AND period = strftime('%Y-%m', new.created_at_ms / 1000, 'unixepoch');
END;

-- For the messages that a run brings, of which some may be deleted again.
CREATE TRIGGER IF NOT EXISTS runs_bring_messages AFTER INSERT ON runs
BEGIN
  INSERT OR IGNORE INTO usage_counters (project_id, counter) VALUES (new.project_id, 'messages');
END;

-- Deleted with its thread, or taken back, while it was under way: its messages go as well.
DROP TRIGGER IF EXISTS runs_released;
CREATE TRIGGER IF NOT EXISTS runs_released AFTER DELETE ON runs WHEN old.ended_at_ms IS NULL
BEGIN
  UPDATE usage_counters SET reserved = reserved - old.tokens_reserved
  WHERE project_id = old.project_id AND counter = 'tokens'
    AND period = strftime('%Y-%m', old.created_at_ms / 1000, 'unixepoch');
  UPDATE usage_counters SET settled = settled + old.asked_messages
  WHERE project_id = old.project_id AND counter = 'messages' AND period = '';
END;

DROP TRIGGER IF EXISTS usage_within_quota;
CREATE TRIGGER IF NOT EXISTS usage_within_quota AFTER UPDATE OF used, reserved ON usage_counters
WHEN new.used + new.reserved > old.used + old.reserved
BEGIN
  SELECT RAISE(ABORT, 'quota ' || counter || ' ' || most) FROM quotas
  WHERE project_id = new.project_id AND counter = new.counter
    AND new.used + new.reserved + new.settled + iif(counter = 'tokens', (
      SELECT ifnull(sum(input_tokens + output_tokens), 0) FROM usage_days d
      WHERE d.project_id = new.project_id AND d.day BETWEEN new.period || '-01' AND new.period || '-31'),
      iif(counter = 'messages', (
        SELECT ifnull(sum(messages), 0) FROM usage_days d WHERE d.project_id = new.project_id), 0)) > most;
END;

DROP TRIGGER IF EXISTS usage_days_forgotten;
CREATE TRIGGER IF NOT EXISTS usage_days_forgotten AFTER INSERT ON usage_days
BEGIN
  UPDATE usage_counters SET settled = settled + (SELECT ifnull(sum(messages), 0) FROM usage_days
    WHERE project_id = new.project_id AND day < date(new.day, '-400 days'))
  WHERE project_id = new.project_id AND counter = 'messages' AND period = '' AND EXISTS (
    SELECT 1 FROM usage_days
    WHERE project_id = new.project_id AND day < date(new.day, '-400 days') AND messages > 0);
  DELETE FROM usage_days WHERE project_id = new.project_id AND day < date(new.day, '-400 days');
END;
