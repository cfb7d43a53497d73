-- What the history and its pruning count and fold, so that it costs the same however many
-- messages there are.

-- How many messages there are of each state, by the day on which they were made: days
-- since 1970 in UTC. The triggers keep it.
CREATE TABLE tallies (
  day   INTEGER NOT NULL,
  state TEXT    NOT NULL,
  n     INTEGER NOT NULL,
  PRIMARY KEY (day, state)
) WITHOUT ROWID;
INSERT INTO tallies (day, state, n) SELECT created_at / 86400000000, state, count(*) FROM messages GROUP BY 1, 2;
CREATE TRIGGER tallies_insert AFTER INSERT ON messages BEGIN
  INSERT INTO tallies (day, state, n) VALUES (NEW.created_at / 86400000000, NEW.state, 1)
    ON CONFLICT (day, state) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER tallies_update AFTER UPDATE OF state, created_at ON messages
  WHEN NEW.state <> OLD.state OR NEW.created_at <> OLD.created_at BEGIN
  UPDATE tallies SET n = n - 1 WHERE day = OLD.created_at / 86400000000 AND state = OLD.state;
  INSERT INTO tallies (day, state, n) VALUES (NEW.created_at / 86400000000, NEW.state, 1)
    ON CONFLICT (day, state) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER tallies_delete AFTER DELETE ON messages BEGIN
  UPDATE tallies SET n = n - 1 WHERE day = OLD.created_at / 86400000000 AND state = OLD.state;
END;

-- What waited in a run for a day or more is as old as its last change.
CREATE INDEX messages_run_late ON messages (updated_at) WHERE run <> 0 AND updated_at - created_at >= 86400000000;

-- The newest message of a run stands for all of it in the history.
CREATE INDEX messages_run_id ON messages (run, id) WHERE run <> 0;

-- A start offers the latest draft, and says how many there are.
CREATE INDEX drafts_updated ON drafts (updated_at, owner);
