-- What the history and its pruning count and fold, so that it costs the same however many
-- messages there are.

-- How many messages there are of each state, by the day on which they were made: days
-- since 1970 in UTC. Of those that are delivered handed tells the MMS of which no more is
-- known than that they were handed over; rows without a grade are older than that column.
-- The triggers keep it.
CREATE TABLE tallies (
  day    INTEGER NOT NULL,
  state  TEXT    NOT NULL,
  handed INTEGER NOT NULL,
  n      INTEGER NOT NULL,
  PRIMARY KEY (day, state, handed)
) WITHOUT ROWID;
INSERT INTO tallies (day, state, handed, n)
  SELECT created_at / 86400000000, state, state = 'delivered' AND (grade = 'handed-over' OR grade = '' AND (media <> '' OR instr(recipients, '","') > 0)), count(*)
    FROM messages GROUP BY 1, 2, 3;
CREATE TRIGGER tallies_insert AFTER INSERT ON messages BEGIN
  INSERT INTO tallies (day, state, handed, n) VALUES (NEW.created_at / 86400000000, NEW.state,
      NEW.state = 'delivered' AND (NEW.grade = 'handed-over' OR NEW.grade = '' AND (NEW.media <> '' OR instr(NEW.recipients, '","') > 0)), 1)
    ON CONFLICT (day, state, handed) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER tallies_update AFTER UPDATE OF state, created_at, grade ON messages
  WHEN NEW.state <> OLD.state OR NEW.created_at <> OLD.created_at OR NEW.grade <> OLD.grade BEGIN
  UPDATE tallies SET n = n - 1 WHERE day = OLD.created_at / 86400000000 AND state = OLD.state
    AND handed = (OLD.state = 'delivered' AND (OLD.grade = 'handed-over' OR OLD.grade = '' AND (OLD.media <> '' OR instr(OLD.recipients, '","') > 0)));
  INSERT INTO tallies (day, state, handed, n) VALUES (NEW.created_at / 86400000000, NEW.state,
      NEW.state = 'delivered' AND (NEW.grade = 'handed-over' OR NEW.grade = '' AND (NEW.media <> '' OR instr(NEW.recipients, '","') > 0)), 1)
    ON CONFLICT (day, state, handed) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER tallies_delete AFTER DELETE ON messages BEGIN
  UPDATE tallies SET n = n - 1 WHERE day = OLD.created_at / 86400000000 AND state = OLD.state
    AND handed = (OLD.state = 'delivered' AND (OLD.grade = 'handed-over' OR OLD.grade = '' AND (OLD.media <> '' OR instr(OLD.recipients, '","') > 0)));
END;

-- What waited in a run for a day or more is as old as its last change.
CREATE INDEX messages_run_late ON messages (updated_at) WHERE run <> 0 AND updated_at - created_at >= 86400000000;

-- The newest message of a run stands for all of it in the history.
CREATE INDEX messages_run_id ON messages (run, id) WHERE run <> 0;

-- A start offers the latest draft, and says how many there are.
CREATE INDEX drafts_updated ON drafts (updated_at, owner);
