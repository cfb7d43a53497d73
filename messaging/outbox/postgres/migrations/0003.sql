-- Of messages that are queued or being sent there are few at any time, and they change soon:
-- they are counted where they are, and the tallies have the others. So a broadcast counts
-- each of its messages once.
DELETE FROM tallies WHERE state IN ('queued', 'sending');
DROP TRIGGER tallies_rows ON messages;
DROP TRIGGER tallies_update ON messages;
CREATE OR REPLACE FUNCTION telex_tally() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' AND OLD.state NOT IN ('queued', 'sending') THEN
    UPDATE tallies SET n = n - 1 WHERE day = OLD.created_at / 86400000000 AND state = OLD.state AND part = OLD.id & 15
      AND handed = CASE WHEN OLD.state = 'delivered' AND (OLD.grade = 'handed-over' OR OLD.grade = '' AND (OLD.media <> '' OR strpos(OLD.recipients, '","') > 0)) THEN 1 ELSE 0 END;
  END IF;
  IF TG_OP <> 'DELETE' AND NEW.state NOT IN ('queued', 'sending') THEN
    INSERT INTO tallies AS t (day, state, handed, part, n) VALUES (NEW.created_at / 86400000000, NEW.state,
        CASE WHEN NEW.state = 'delivered' AND (NEW.grade = 'handed-over' OR NEW.grade = '' AND (NEW.media <> '' OR strpos(NEW.recipients, '","') > 0)) THEN 1 ELSE 0 END,
        NEW.id & 15, 1)
      ON CONFLICT (day, state, handed, part) DO UPDATE SET n = t.n + 1;
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER tallies_insert AFTER INSERT ON messages FOR EACH ROW
  WHEN (NEW.state NOT IN ('queued', 'sending')) EXECUTE FUNCTION telex_tally();
CREATE TRIGGER tallies_update AFTER UPDATE OF state, created_at, grade ON messages FOR EACH ROW
  WHEN (NEW.state <> OLD.state OR NEW.created_at <> OLD.created_at OR NEW.grade <> OLD.grade) EXECUTE FUNCTION telex_tally();
CREATE TRIGGER tallies_delete AFTER DELETE ON messages FOR EACH ROW
  WHEN (OLD.state NOT IN ('queued', 'sending')) EXECUTE FUNCTION telex_tally();
