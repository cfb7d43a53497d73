-- Who made what.

-- Who made a message, as whoever had the outbox open; see User in approve.go. '' is that
-- nobody knows. Of a message of a run it is who sent that part of it, of one that came in who
-- listened.
ALTER TABLE messages ADD COLUMN by_name TEXT    NOT NULL DEFAULT '';
ALTER TABLE messages ADD COLUMN by_host TEXT    NOT NULL DEFAULT '';
-- 1: by_name is a person's own name, at whichever host.
ALTER TABLE messages ADD COLUMN by_own  INTEGER NOT NULL DEFAULT 0;
-- Who writes a draft, in small letters: it is offered to nobody else. '' is for everybody.
ALTER TABLE drafts ADD COLUMN by_name TEXT NOT NULL DEFAULT '';
ALTER TABLE drafts ADD COLUMN by_host TEXT NOT NULL DEFAULT '';
-- Who had the outbox open when a run was moved.
ALTER TABLE run_moves ADD COLUMN by_name TEXT    NOT NULL DEFAULT '';
ALTER TABLE run_moves ADD COLUMN by_host TEXT    NOT NULL DEFAULT '';
ALTER TABLE run_moves ADD COLUMN by_own  INTEGER NOT NULL DEFAULT 0;
