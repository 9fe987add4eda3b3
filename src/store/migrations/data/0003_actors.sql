-- Actors, and who takes part in which thread.

CREATE TABLE IF NOT EXISTS actors (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  project_id TEXT NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  type TEXT NOT NULL,
  metadata TEXT NOT NULL CHECK (json_valid(metadata)),
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL,
  UNIQUE (project_id, id)
);
CREATE INDEX IF NOT EXISTS actors_by_project ON actors (project_id);

-- `kind` says whether `participant_id` names an actor or a tool (`agent`). A tool's name is kept as
-- it was when it joined: the tool may go, what it wrote stays.
CREATE TABLE IF NOT EXISTS participants (
  project_id TEXT NOT NULL,
  thread_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('actor', 'agent')),
  participant_id TEXT NOT NULL,
  name TEXT,
  joined_at_ms INTEGER NOT NULL,
  PRIMARY KEY (project_id, thread_id, kind, participant_id),
  FOREIGN KEY (project_id, thread_id) REFERENCES threads (project_id, id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS participants_by_id ON participants (project_id, participant_id, thread_id);

CREATE TRIGGER IF NOT EXISTS agents_join AFTER INSERT ON messages WHEN new.tool_id IS NOT NULL
BEGIN
  INSERT OR IGNORE INTO participants
    (project_id, thread_id, kind, participant_id, name, joined_at_ms)
  VALUES (new.project_id, new.thread_id, 'agent', new.tool_id, new.tool_name, new.created_at_ms);
END;
