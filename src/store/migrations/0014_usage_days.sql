-- What a project's runs came to, a row a project and day in UTC: written with the end of each run,
-- read by GET /usage. `first_token_counts` is a JSON object of counts by bucket: see
-- src/domain/time-histogram.ts.
CREATE TABLE IF NOT EXISTS usage_days (
  project_id TEXT NOT NULL,
  day TEXT NOT NULL,
  runs INTEGER NOT NULL DEFAULT 0,
  errors INTEGER NOT NULL DEFAULT 0,
  input_tokens INTEGER NOT NULL DEFAULT 0,
  output_tokens INTEGER NOT NULL DEFAULT 0,
  first_token_counts TEXT NOT NULL DEFAULT '{}',
  PRIMARY KEY (project_id, day)
) WITHOUT ROWID;

-- The first run of a day forgets what is older than any range that may be asked for (366 days, and
-- some days for clocks and readers).
CREATE TRIGGER IF NOT EXISTS usage_days_forgotten AFTER INSERT ON usage_days
BEGIN
  DELETE FROM usage_days WHERE project_id = new.project_id AND day < date(new.day, '-400 days');
END;
