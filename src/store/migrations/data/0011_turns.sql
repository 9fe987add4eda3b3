-- Chats whose clients name threads and messages themselves, and turns that are taken again.

-- The name under which the thread's end user knows it: its id is made of both.
ALTER TABLE threads ADD COLUMN alias TEXT;

-- The client's own name of a message, unique in its thread among those that count.
ALTER TABLE messages ADD COLUMN client_id TEXT;
-- The run in whose turn another message, or another answer, has taken this one's place: it is kept,
-- and is no part of the thread any more.
ALTER TABLE messages ADD COLUMN superseded_by TEXT;
CREATE UNIQUE INDEX IF NOT EXISTS messages_by_client_id ON messages (project_id, thread_id, client_id)
  WHERE client_id IS NOT NULL AND superseded_by IS NULL;

-- Of a chat's run: the message that it answers, its input's last or one that was there.
ALTER TABLE runs ADD COLUMN message_id TEXT;
CREATE INDEX IF NOT EXISTS runs_by_message ON runs (project_id, thread_id, message_id)
  WHERE message_id IS NOT NULL;
