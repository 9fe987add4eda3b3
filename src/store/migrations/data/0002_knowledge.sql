-- Knowledge bases: documents cut into passages, and the index by which passages are found.
-- A passage's `seq` is its knowledge's number in the upper half and a counter within the knowledge
-- in the lower one, so that a document's passages are one range of the table and of the index.

CREATE TABLE IF NOT EXISTS knowledge (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  project_id TEXT NOT NULL,
  name TEXT NOT NULL,
  description TEXT,
  -- {provider_id, model_id}, null where passages are found by their words alone.
  embedding TEXT CHECK (embedding IS NULL OR json_valid(embedding)),
  created_at_ms INTEGER NOT NULL,
  -- Kept by the triggers below. Terms count as often as they occur.
  document_count INTEGER NOT NULL DEFAULT 0,
  passage_count INTEGER NOT NULL DEFAULT 0,
  term_count INTEGER NOT NULL DEFAULT 0,
  -- Passages ever written: the next one's counter.
  passages_written INTEGER NOT NULL DEFAULT 0,
  UNIQUE (project_id, name)
);
CREATE INDEX IF NOT EXISTS knowledge_by_project ON knowledge (project_id);

CREATE TABLE IF NOT EXISTS knowledge_documents (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  knowledge_number INTEGER NOT NULL REFERENCES knowledge (number) ON DELETE CASCADE,
  id TEXT NOT NULL,
  file_id TEXT,
  source_url TEXT,
  timestamp_ms INTEGER NOT NULL,
  tags TEXT NOT NULL CHECK (json_valid(tags)),
  -- Characters of the text.
  length INTEGER NOT NULL,
  first_passage INTEGER NOT NULL,
  passage_count INTEGER NOT NULL,
  term_count INTEGER NOT NULL,
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL,
  UNIQUE (knowledge_number, id)
);
CREATE INDEX IF NOT EXISTS knowledge_documents_by_knowledge ON knowledge_documents (knowledge_number);

CREATE TABLE IF NOT EXISTS knowledge_passages (
  seq INTEGER PRIMARY KEY,
  document_seq INTEGER NOT NULL,
  -- Characters from the start of the document. The passages of a document cover its whole text.
  position INTEGER NOT NULL,
  text TEXT NOT NULL
);

-- Holds no text, only where terms are. `terms` and `tags` come folded and cut into terms (see
-- domain/ranking-terms.ts), tags as `#` and hex, each behind its knowledge's number and `_`: a list is one
-- knowledge's alone, so no search pays for another's passages nor counts them in its ranking.
CREATE VIRTUAL TABLE IF NOT EXISTS knowledge_index USING fts5 (
  terms, tags, content = '', contentless_delete = 1, tokenize = "ascii tokenchars '_#'"
);

-- Base64: the vector as signed bytes, and the signs alone, one bit each, to look through many at once.
CREATE TABLE IF NOT EXISTS knowledge_vectors (
  passage_seq INTEGER PRIMARY KEY,
  vector TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS knowledge_sketches (
  passage_seq INTEGER PRIMARY KEY,
  sketch TEXT NOT NULL
);

CREATE TRIGGER IF NOT EXISTS knowledge_document_inserted AFTER INSERT ON knowledge_documents BEGIN
  UPDATE knowledge SET
    document_count = document_count + 1,
    passage_count = passage_count + new.passage_count,
    term_count = term_count + new.term_count
  WHERE number = new.knowledge_number;
END;

CREATE TRIGGER IF NOT EXISTS knowledge_document_replaced
AFTER UPDATE OF first_passage ON knowledge_documents BEGIN
  DELETE FROM knowledge_index
  WHERE rowid BETWEEN old.first_passage AND old.first_passage + old.passage_count - 1;
  DELETE FROM knowledge_passages
  WHERE seq BETWEEN old.first_passage AND old.first_passage + old.passage_count - 1;
  DELETE FROM knowledge_vectors
  WHERE passage_seq BETWEEN old.first_passage AND old.first_passage + old.passage_count - 1;
  DELETE FROM knowledge_sketches
  WHERE passage_seq BETWEEN old.first_passage AND old.first_passage + old.passage_count - 1;
  UPDATE knowledge SET
    passage_count = passage_count + new.passage_count - old.passage_count,
    term_count = term_count + new.term_count - old.term_count
  WHERE number = new.knowledge_number;
END;

CREATE TRIGGER IF NOT EXISTS knowledge_document_deleted AFTER DELETE ON knowledge_documents BEGIN
  DELETE FROM knowledge_index
  WHERE rowid BETWEEN old.first_passage AND old.first_passage + old.passage_count - 1;
  DELETE FROM knowledge_passages
  WHERE seq BETWEEN old.first_passage AND old.first_passage + old.passage_count - 1;
  DELETE FROM knowledge_vectors
  WHERE passage_seq BETWEEN old.first_passage AND old.first_passage + old.passage_count - 1;
  DELETE FROM knowledge_sketches
  WHERE passage_seq BETWEEN old.first_passage AND old.first_passage + old.passage_count - 1;
  UPDATE knowledge SET
    document_count = document_count - 1,
    passage_count = passage_count - old.passage_count,
    term_count = term_count - old.term_count
  WHERE number = old.knowledge_number;
END;
