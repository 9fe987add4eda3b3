-- Who wrote a message that was written elsewhere, by name, and null where it was written here.
ALTER TABLE messages ADD COLUMN author TEXT;
