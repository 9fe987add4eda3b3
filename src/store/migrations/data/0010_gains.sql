-- What messages, runs, threads, files and tools hold beside what they began with.

ALTER TABLE messages ADD COLUMN attachments TEXT CHECK (attachments IS NULL OR json_valid(attachments));
-- Passages that the text quotes, by their marks in it.
ALTER TABLE messages ADD COLUMN citations TEXT CHECK (citations IS NULL OR json_valid(citations));
-- Why the text is not whole, set where `incomplete` is 1, but for rows of before.
ALTER TABLE messages ADD COLUMN incomplete_reason TEXT;
-- When a run had written it, null for what others wrote, and for rows of before.
ALTER TABLE messages ADD COLUMN ended_at_ms INTEGER;

-- Names of knowledge that runs on the thread may search besides.
ALTER TABLE threads ADD COLUMN knowledge TEXT CHECK (knowledge IS NULL OR json_valid(knowledge));

ALTER TABLE runs ADD COLUMN metadata TEXT CHECK (metadata IS NULL OR json_valid(metadata));
-- Why a run that succeeded says less than it might.
ALTER TABLE runs ADD COLUMN incomplete TEXT;

ALTER TABLE files ADD COLUMN purpose TEXT;
ALTER TABLE files ADD COLUMN expires_at_ms INTEGER;
CREATE INDEX IF NOT EXISTS files_by_expiry ON files (expires_at_ms) WHERE expires_at_ms IS NOT NULL;

ALTER TABLE tools ADD COLUMN metadata TEXT CHECK (metadata IS NULL OR json_valid(metadata));

-- Ids under which clients of another service know what was brought from there. Read only where an id
-- has not the form that ids of its kind have here.
CREATE TABLE IF NOT EXISTS aliases (
  project_id TEXT NOT NULL,
  wire_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  PRIMARY KEY (project_id, wire_id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS aliases_by_id ON aliases (project_id, kind, id);
