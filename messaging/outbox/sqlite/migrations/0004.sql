-- Numbers that are counted on. The version of the outbox was the sequence of moves, which
-- not every database has; it goes on from there.
CREATE TABLE counters (
  name  TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO counters (name, value)
  SELECT 'version', coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'moves';

-- What changed a minute or more after it was made: such a message may have left late, and
-- the same again is a repetition from then on. See repeats.go.
CREATE INDEX messages_late ON messages (content, updated_at) WHERE updated_at - created_at >= 60000000;
