-- Lists of the few runs that did not succeed, or whose reply was cut short: along the project's or the
-- tool's they would read all others. A run that succeeds in full writes no row of these.
CREATE INDEX IF NOT EXISTS runs_unsuccessful ON runs (project_id)
  WHERE status IN ('failed', 'cancelled', 'expired');
CREATE INDEX IF NOT EXISTS runs_unsuccessful_by_tool ON runs (project_id, tool_id)
  WHERE status IN ('failed', 'cancelled', 'expired');
CREATE INDEX IF NOT EXISTS runs_incomplete ON runs (project_id) WHERE incomplete IS NOT NULL;
