-- The files of the sender's machine that went out with a message: a JSON array, or empty.
ALTER TABLE messages ADD COLUMN files TEXT NOT NULL DEFAULT '';
