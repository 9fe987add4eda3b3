-- Where a project is told of its runs, and what has been told. A secret stands in plain text because
-- HMAC needs it to sign, and the receiver holds the same.

-- A row without `url` signs what goes to the addresses that run calls name.
CREATE TABLE IF NOT EXISTS webhooks (
  project_id TEXT NOT NULL REFERENCES project_numbers (id),
  id TEXT NOT NULL,
  url TEXT,
  secret TEXT NOT NULL,
  -- JSON array of event types. Null: all.
  events TEXT CHECK (events IS NULL OR json_valid(events)),
  created_at_ms INTEGER NOT NULL,
  -- A deleted one keeps its row, without its secret, as long as its deliveries are listed.
  deleted_at_ms INTEGER,
  PRIMARY KEY (project_id, id)
) WITHOUT ROWID;

-- `occasion` names one moment of a run, so that it is announced once to each address. `webhook_id` is
-- null where the run call named the address. `calls` is what the run waited for at that moment: the
-- rest of what is sent is read off the run. `due_at_ms` is null once it is delivered or given up.
CREATE TABLE IF NOT EXISTS webhook_deliveries (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  project_id TEXT NOT NULL,
  id TEXT NOT NULL,
  webhook_id TEXT,
  run_id TEXT NOT NULL,
  thread_id TEXT,
  type TEXT NOT NULL,
  occasion TEXT NOT NULL,
  url TEXT NOT NULL,
  calls TEXT CHECK (calls IS NULL OR json_valid(calls)),
  created_at_ms INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  retry_until_ms INTEGER NOT NULL,
  due_at_ms INTEGER,
  delivered_at_ms INTEGER,
  response_status INTEGER,
  error TEXT,
  UNIQUE (project_id, id),
  FOREIGN KEY (project_id, webhook_id) REFERENCES webhooks (project_id, id) ON DELETE CASCADE,
  FOREIGN KEY (project_id, run_id) REFERENCES runs (project_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX IF NOT EXISTS webhook_deliveries_once
  ON webhook_deliveries (project_id, run_id, occasion, coalesce(webhook_id, ''));
CREATE INDEX IF NOT EXISTS webhook_deliveries_by_project ON webhook_deliveries (project_id);
CREATE INDEX IF NOT EXISTS webhook_deliveries_by_webhook ON webhook_deliveries (project_id, webhook_id)
  WHERE webhook_id IS NOT NULL;
