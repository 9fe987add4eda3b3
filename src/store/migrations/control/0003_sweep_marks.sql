-- How far a part of the sweep has come that walks keys of the bucket: the last one it has looked at, by
-- the part's name. No row: it begins anew.
CREATE TABLE IF NOT EXISTS sweep_marks (
  name TEXT PRIMARY KEY,
  mark TEXT NOT NULL
) WITHOUT ROWID;
