-- A run that needs more tokens than it was admitted with raises its reservation while it is under way,
-- and the trigger of 0008 refuses what the quota does not hold.
CREATE TRIGGER IF NOT EXISTS runs_reserve_more AFTER UPDATE OF tokens_reserved ON runs
WHEN old.ended_at_ms IS NULL AND new.ended_at_ms IS NULL
BEGIN
  UPDATE usage_counters SET reserved = reserved + new.tokens_reserved - old.tokens_reserved
  WHERE project_id = new.project_id AND counter = 'tokens'
    AND period = strftime('%Y-%m', new.created_at_ms / 1000, 'unixepoch');
END;
