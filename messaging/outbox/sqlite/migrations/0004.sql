-- Numbers that are counted on. The version of the outbox was the sequence of moves, which
-- not every database has; it goes on from there.
CREATE TABLE counters (
  name  TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO counters (name, value)
  SELECT 'version', coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'moves';
