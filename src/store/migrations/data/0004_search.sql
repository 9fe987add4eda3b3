-- What threads and messages are found by.

-- Exact filters of threads: each pair of a thread's metadata (`kind` metadata), and each actor or
-- tool that takes part (`kind` participant, without a key). Kept by the triggers below.
CREATE TABLE IF NOT EXISTS thread_index (
  project_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('metadata', 'participant')),
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  thread_seq INTEGER NOT NULL,
  PRIMARY KEY (project_id, kind, key, value, thread_seq)
) WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS threads_by_tool ON threads (project_id, tool_id) WHERE tool_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS threads_by_creation ON threads (project_id, created_at_ms);
CREATE INDEX IF NOT EXISTS threads_by_update ON threads (project_id, updated_at_ms);

CREATE TRIGGER IF NOT EXISTS thread_marked AFTER INSERT ON threads WHEN new.metadata IS NOT NULL BEGIN
  INSERT INTO thread_index (project_id, kind, key, value, thread_seq)
  SELECT new.project_id, 'metadata', key, value, new.seq FROM json_each(new.metadata);
END;

CREATE TRIGGER IF NOT EXISTS thread_marked_anew AFTER UPDATE OF metadata ON threads
WHEN new.metadata IS NOT old.metadata BEGIN
  DELETE FROM thread_index WHERE (project_id, kind, key, value, thread_seq) IN (
    SELECT old.project_id, 'metadata', key, value, old.seq FROM json_each(old.metadata));
  INSERT INTO thread_index (project_id, kind, key, value, thread_seq)
  SELECT new.project_id, 'metadata', key, value, new.seq FROM json_each(new.metadata);
END;

CREATE TRIGGER IF NOT EXISTS participant_marked AFTER INSERT ON participants BEGIN
  INSERT OR IGNORE INTO thread_index (project_id, kind, key, value, thread_seq)
  SELECT project_id, 'participant', '', new.participant_id, seq FROM threads
  WHERE project_id = new.project_id AND id = new.thread_id;
END;

-- Words of messages. The row of a message has its thread's `seq` in the upper half and its `n` in
-- the lower one: the matches of a thread are one range, and those of a project come thread by
-- thread. `terms` come folded and cut (see domain/search-text.ts), each behind the number of its
-- project and `_`, and `characters` has the characters of unspaced scripts one by one.
CREATE VIRTUAL TABLE IF NOT EXISTS message_index USING fts5 (
  terms, characters, content = '', contentless_delete = 1, tokenize = "ascii tokenchars '_'"
);

CREATE TRIGGER IF NOT EXISTS message_unindexed AFTER DELETE ON messages BEGIN
  DELETE FROM message_index WHERE rowid = (
    SELECT (seq << 32) + old.n FROM threads
    WHERE project_id = old.project_id AND id = old.thread_id);
END;

-- Before, because what goes with the thread by the schema's rule goes when its `seq` is gone.
CREATE TRIGGER IF NOT EXISTS thread_unindexed BEFORE DELETE ON threads BEGIN
  DELETE FROM message_index WHERE rowid BETWEEN old.seq << 32 AND (old.seq << 32) + 4294967295;
  DELETE FROM thread_index WHERE (project_id, kind, key, value, thread_seq) IN (
    SELECT old.project_id, 'metadata', key, value, old.seq FROM json_each(old.metadata)
    UNION ALL
    SELECT old.project_id, 'participant', '', participant_id, old.seq FROM participants
    WHERE project_id = old.project_id AND thread_id = old.id);
END;
