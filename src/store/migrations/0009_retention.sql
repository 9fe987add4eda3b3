-- How long a project keeps what nobody touches. Null: for ever.
ALTER TABLE projects ADD COLUMN keep_idle_days INTEGER;

CREATE INDEX files_by_owner ON files (project_id, end_user_id) WHERE end_user_id IS NOT NULL;
CREATE INDEX runs_by_owner ON runs (project_id, end_user_id) WHERE end_user_id IS NOT NULL;

-- Which messages name which files: a file that none names is an orphan.
CREATE TABLE file_uses (
  project_id TEXT NOT NULL,
  file_id TEXT NOT NULL,
  message_seq INTEGER NOT NULL,
  PRIMARY KEY (project_id, file_id, message_seq)
) WITHOUT ROWID;
CREATE INDEX file_uses_by_message ON file_uses (message_seq);

INSERT INTO file_uses (project_id, file_id, message_seq)
  SELECT DISTINCT m.project_id, f.value, m.seq FROM messages m, json_each(m.file_ids) f;

CREATE TRIGGER file_uses_noted AFTER INSERT ON messages WHEN new.file_ids <> '[]'
BEGIN
  INSERT OR IGNORE INTO file_uses (project_id, file_id, message_seq)
  SELECT new.project_id, value, new.seq FROM json_each(new.file_ids);
END;

CREATE TRIGGER file_uses_forgotten AFTER DELETE ON messages WHEN old.file_ids <> '[]'
BEGIN
  DELETE FROM file_uses WHERE message_seq = old.seq;
END;
