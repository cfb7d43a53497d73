-- Who entered an opt-out or a contact, as whoever had the outbox open; see User in user.go.
-- '' is that nobody knows, or that no person did.
ALTER TABLE optouts ADD COLUMN by_name TEXT    NOT NULL DEFAULT '';
ALTER TABLE optouts ADD COLUMN by_host TEXT    NOT NULL DEFAULT '';
ALTER TABLE optouts ADD COLUMN by_own  INTEGER NOT NULL DEFAULT 0;
ALTER TABLE contacts ADD COLUMN by_name TEXT    NOT NULL DEFAULT '';
ALTER TABLE contacts ADD COLUMN by_host TEXT    NOT NULL DEFAULT '';
ALTER TABLE contacts ADD COLUMN by_own  INTEGER NOT NULL DEFAULT 0;
