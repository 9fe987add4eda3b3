-- What a version of a tool lets session tokens do and see: JSON, null where it opens nothing.
ALTER TABLE tool_versions ADD COLUMN open TEXT CHECK (open IS NULL OR json_valid(open));
