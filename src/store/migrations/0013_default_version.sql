-- Which version runs take that name none: `latest`, as the published page says, or `live`.
ALTER TABLE tools ADD COLUMN default_version TEXT NOT NULL DEFAULT 'latest'
  CHECK (default_version IN ('latest', 'live'));
