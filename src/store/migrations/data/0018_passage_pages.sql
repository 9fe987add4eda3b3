-- The page or slide on which a passage begins, null where its document has none or was indexed before.
ALTER TABLE knowledge_passages ADD COLUMN page INTEGER;
