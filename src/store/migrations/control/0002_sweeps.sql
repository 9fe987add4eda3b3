-- How far the sweep has come (src/scheduled.ts), so that a pass goes on where the one before ended.

-- Projects that keep idle things for a time only: whoever waits longest comes first.
CREATE TABLE IF NOT EXISTS project_sweeps (
  project_id TEXT PRIMARY KEY REFERENCES projects (id) ON DELETE CASCADE,
  swept_at_ms INTEGER NOT NULL,
  -- `seq` of the last file that was looked at, 0 where the next look begins anew.
  files_after INTEGER NOT NULL,
  -- 1 where there was more to erase than the pass took.
  is_behind INTEGER NOT NULL
) WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS projects_with_retention ON projects (number) WHERE keep_idle_days IS NOT NULL;

-- Of what is swept in each database of data as a whole, by name: `runs` has the `seq` of the last
-- run that was asked for, 0 where the next pass begins anew.
CREATE TABLE IF NOT EXISTS sweep_places (
  name TEXT PRIMARY KEY,
  place INTEGER NOT NULL
) WITHOUT ROWID;
