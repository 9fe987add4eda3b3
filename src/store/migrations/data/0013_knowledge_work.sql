-- Knowledge with a title, metadata and an end, and documents that are indexed behind the request.

ALTER TABLE knowledge ADD COLUMN title TEXT;
ALTER TABLE knowledge ADD COLUMN metadata TEXT CHECK (metadata IS NULL OR json_valid(metadata));
-- Days without a use after which it has expired.
ALTER TABLE knowledge ADD COLUMN expires_after_days INTEGER;
ALTER TABLE knowledge ADD COLUMN last_active_at_ms INTEGER;
-- The thread whose attachments it holds: with the thread it is out of sight, and the sweep takes it away.
ALTER TABLE knowledge ADD COLUMN thread_id TEXT;
ALTER TABLE knowledge ADD COLUMN is_doomed INTEGER NOT NULL DEFAULT 0;
-- Kept by the triggers below. `document_count` counts all rows.
ALTER TABLE knowledge ADD COLUMN waiting_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE knowledge ADD COLUMN failed_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE knowledge ADD COLUMN cancelled_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE knowledge ADD COLUMN byte_count INTEGER NOT NULL DEFAULT 0;
CREATE INDEX IF NOT EXISTS knowledge_by_thread ON knowledge (project_id, thread_id) WHERE thread_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS knowledge_doomed ON knowledge (number) WHERE is_doomed = 1;

CREATE TRIGGER IF NOT EXISTS knowledge_thread_deleted AFTER DELETE ON threads BEGIN
  UPDATE knowledge SET is_doomed = 1 WHERE project_id = old.project_id AND thread_id = old.id;
END;

-- waiting, indexed, failed or cancelled. A document that is put anew is found as it was while it waits.
ALTER TABLE knowledge_documents ADD COLUMN status TEXT NOT NULL DEFAULT 'indexed';
ALTER TABLE knowledge_documents ADD COLUMN error_code TEXT;
ALTER TABLE knowledge_documents ADD COLUMN error_message TEXT;
ALTER TABLE knowledge_documents ADD COLUMN attributes TEXT CHECK (attributes IS NULL OR json_valid(attributes));
-- Characters of a passage and of what two share, null for those of `KNOWLEDGE.passage`.
ALTER TABLE knowledge_documents ADD COLUMN passage_max INTEGER;
ALTER TABLE knowledge_documents ADD COLUMN passage_overlap INTEGER;
-- UTF-8 of the text.
ALTER TABLE knowledge_documents ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE knowledge_documents ADD COLUMN batch_id TEXT;
-- When it is tried next, null where there is nothing to do.
ALTER TABLE knowledge_documents ADD COLUMN work_at_ms INTEGER;
ALTER TABLE knowledge_documents ADD COLUMN tries INTEGER NOT NULL DEFAULT 0;
CREATE INDEX IF NOT EXISTS knowledge_documents_by_work ON knowledge_documents (work_at_ms) WHERE work_at_ms IS NOT NULL;
CREATE INDEX IF NOT EXISTS knowledge_documents_to_do ON knowledge_documents (knowledge_number, work_at_ms) WHERE work_at_ms IS NOT NULL;
CREATE INDEX IF NOT EXISTS knowledge_documents_by_batch ON knowledge_documents (knowledge_number, batch_id) WHERE batch_id IS NOT NULL;

-- Documents that one call has put together. Its counts stay when they are put anew or deleted.
CREATE TABLE IF NOT EXISTS knowledge_batches (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  knowledge_number INTEGER NOT NULL REFERENCES knowledge (number) ON DELETE CASCADE,
  id TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  waiting_count INTEGER NOT NULL DEFAULT 0,
  indexed_count INTEGER NOT NULL DEFAULT 0,
  failed_count INTEGER NOT NULL DEFAULT 0,
  cancelled_count INTEGER NOT NULL DEFAULT 0,
  is_cancelled INTEGER NOT NULL DEFAULT 0,
  UNIQUE (knowledge_number, id)
);

CREATE TRIGGER IF NOT EXISTS knowledge_document_came AFTER INSERT ON knowledge_documents BEGIN
  UPDATE knowledge SET
    waiting_count = waiting_count + (new.status = 'waiting'),
    failed_count = failed_count + (new.status = 'failed'),
    byte_count = byte_count + new.bytes
  WHERE number = new.knowledge_number;
  UPDATE knowledge_batches SET waiting_count = waiting_count + (new.status = 'waiting')
  WHERE knowledge_number = new.knowledge_number AND id = new.batch_id;
END;

CREATE TRIGGER IF NOT EXISTS knowledge_document_moved
AFTER UPDATE OF status, bytes, batch_id ON knowledge_documents BEGIN
  UPDATE knowledge SET
    waiting_count = waiting_count + (new.status = 'waiting') - (old.status = 'waiting'),
    failed_count = failed_count + (new.status = 'failed') - (old.status = 'failed'),
    cancelled_count = cancelled_count + (new.status = 'cancelled') - (old.status = 'cancelled'),
    byte_count = byte_count + new.bytes - old.bytes
  WHERE number = new.knowledge_number;
  UPDATE knowledge_batches SET
    waiting_count = waiting_count - (old.status = 'waiting'),
    indexed_count = indexed_count + (new.batch_id IS old.batch_id AND new.status = 'indexed'),
    failed_count = failed_count + (new.batch_id IS old.batch_id AND new.status = 'failed'),
    cancelled_count = cancelled_count + (new.batch_id IS NOT old.batch_id OR new.status = 'cancelled')
  WHERE knowledge_number = old.knowledge_number AND id = old.batch_id
    AND old.status = 'waiting' AND (new.status <> 'waiting' OR new.batch_id IS NOT old.batch_id);
  UPDATE knowledge_batches SET waiting_count = waiting_count + 1
  WHERE knowledge_number = new.knowledge_number AND id = new.batch_id AND new.status = 'waiting'
    AND (old.status <> 'waiting' OR new.batch_id IS NOT old.batch_id);
END;

CREATE TRIGGER IF NOT EXISTS knowledge_document_went AFTER DELETE ON knowledge_documents BEGIN
  UPDATE knowledge SET
    waiting_count = waiting_count - (old.status = 'waiting'),
    failed_count = failed_count - (old.status = 'failed'),
    cancelled_count = cancelled_count - (old.status = 'cancelled'),
    byte_count = byte_count - old.bytes
  WHERE number = old.knowledge_number;
  UPDATE knowledge_batches SET waiting_count = waiting_count - 1, cancelled_count = cancelled_count + 1
  WHERE knowledge_number = old.knowledge_number AND id = old.batch_id AND old.status = 'waiting';
END;
