-- Runs of a project in their order, how much knowledge a project has, and knowledge that comes to an end.

CREATE INDEX IF NOT EXISTS runs_by_project ON runs (project_id);

-- Kept by the triggers below: to count them anew would read them all.
CREATE TABLE IF NOT EXISTS knowledge_counts (
  project_id TEXT PRIMARY KEY,
  count INTEGER NOT NULL
);
INSERT OR REPLACE INTO knowledge_counts (project_id, count)
  SELECT project_id, count(*) FROM knowledge GROUP BY project_id;

CREATE TRIGGER IF NOT EXISTS knowledge_came AFTER INSERT ON knowledge BEGIN
  INSERT INTO knowledge_counts (project_id, count) VALUES (new.project_id, 1)
  ON CONFLICT (project_id) DO UPDATE SET count = count + 1;
END;

CREATE TRIGGER IF NOT EXISTS knowledge_went AFTER DELETE ON knowledge BEGIN
  UPDATE knowledge_counts SET count = count - 1 WHERE project_id = old.project_id;
END;

-- When it expires, of what has documents still.
CREATE INDEX IF NOT EXISTS knowledge_expiring
ON knowledge (coalesce(last_active_at_ms, created_at_ms) + expires_after_days * 86400000)
WHERE expires_after_days IS NOT NULL AND document_count > 0;
