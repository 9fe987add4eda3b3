-- Which messages name which files: what retention and erasure walk.

-- A file that no message names is an orphan.
CREATE TABLE IF NOT EXISTS file_uses (
  project_id TEXT NOT NULL,
  file_id TEXT NOT NULL,
  message_seq INTEGER NOT NULL,
  PRIMARY KEY (project_id, file_id, message_seq)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS file_uses_by_message ON file_uses (message_seq);

CREATE TRIGGER IF NOT EXISTS file_uses_noted AFTER INSERT ON messages WHEN new.file_ids <> '[]'
BEGIN
  INSERT OR IGNORE INTO file_uses (project_id, file_id, message_seq)
  SELECT new.project_id, value, new.seq FROM json_each(new.file_ids);
END;

CREATE TRIGGER IF NOT EXISTS file_uses_forgotten AFTER DELETE ON messages WHEN old.file_ids <> '[]'
BEGIN
  DELETE FROM file_uses WHERE message_seq = old.seq;
END;
