-- Messages that are sent later.

-- When a message is to leave; 0: it was to leave at once. The time that a clock shows then
-- ("2026-11-26T09:00:00") and the name of its zone stay what was said, and due_at follows
-- from them by the zone's rules; without a zone due_at is all there is.
ALTER TABLE messages ADD COLUMN due_at   INTEGER NOT NULL DEFAULT 0;
ALTER TABLE messages ADD COLUMN due_wall TEXT    NOT NULL DEFAULT '';
ALTER TABLE messages ADD COLUMN due_zone TEXT    NOT NULL DEFAULT '';
-- 1: it leaves though somebody got the same.
ALTER TABLE messages ADD COLUMN due_yes  INTEGER NOT NULL DEFAULT 0;

-- With the state as its first column it is chosen before that of all states.
CREATE INDEX messages_due ON messages (state, due_at, due_wall, due_zone) WHERE state = 'scheduled';
-- What says the same and is to leave.
CREATE INDEX messages_due_same ON messages (content) WHERE state = 'scheduled';
-- What left long after it was made, and is as old as its last change.
CREATE INDEX messages_due_late ON messages (updated_at) WHERE due_at <> 0;
