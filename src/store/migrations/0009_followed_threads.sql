-- Until when someone follows the thread: whoever writes a message to it lets the thread's object know.
-- The object moves the time on while anyone follows; one in the past means nobody does.
ALTER TABLE threads ADD COLUMN followed_until_ms INTEGER NOT NULL DEFAULT 0;
