-- Of messages that are queued or being sent there are few at any time, and they change soon:
-- they are counted where they are, and the tallies have the others. So a broadcast counts
-- each of its messages once.
DELETE FROM tallies WHERE state IN ('queued', 'sending');
DROP TRIGGER tallies_insert;
DROP TRIGGER tallies_update;
DROP TRIGGER tallies_delete;
CREATE TRIGGER tallies_insert AFTER INSERT ON messages WHEN NEW.state NOT IN ('queued', 'sending') BEGIN
  INSERT INTO tallies (day, state, handed, n) VALUES (NEW.created_at / 86400000000, NEW.state,
      NEW.state = 'delivered' AND (NEW.grade = 'handed-over' OR NEW.grade = '' AND (NEW.media <> '' OR instr(NEW.recipients, '","') > 0)), 1)
    ON CONFLICT (day, state, handed) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER tallies_from AFTER UPDATE OF state, created_at, grade ON messages
  WHEN OLD.state NOT IN ('queued', 'sending') AND (NEW.state <> OLD.state OR NEW.created_at <> OLD.created_at OR NEW.grade <> OLD.grade) BEGIN
  UPDATE tallies SET n = n - 1 WHERE day = OLD.created_at / 86400000000 AND state = OLD.state
    AND handed = (OLD.state = 'delivered' AND (OLD.grade = 'handed-over' OR OLD.grade = '' AND (OLD.media <> '' OR instr(OLD.recipients, '","') > 0)));
END;
CREATE TRIGGER tallies_to AFTER UPDATE OF state, created_at, grade ON messages
  WHEN NEW.state NOT IN ('queued', 'sending') AND (NEW.state <> OLD.state OR NEW.created_at <> OLD.created_at OR NEW.grade <> OLD.grade) BEGIN
  INSERT INTO tallies (day, state, handed, n) VALUES (NEW.created_at / 86400000000, NEW.state,
      NEW.state = 'delivered' AND (NEW.grade = 'handed-over' OR NEW.grade = '' AND (NEW.media <> '' OR instr(NEW.recipients, '","') > 0)), 1)
    ON CONFLICT (day, state, handed) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER tallies_delete AFTER DELETE ON messages WHEN OLD.state NOT IN ('queued', 'sending') BEGIN
  UPDATE tallies SET n = n - 1 WHERE day = OLD.created_at / 86400000000 AND state = OLD.state
    AND handed = (OLD.state = 'delivered' AND (OLD.grade = 'handed-over' OR OLD.grade = '' AND (OLD.media <> '' OR instr(OLD.recipients, '","') > 0)));
END;
