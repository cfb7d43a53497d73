-- Runs that want a second person's yes.

-- 1: nothing is sent before somebody else than started_by approved it; see approve.go.
ALTER TABLE runs ADD COLUMN approve       INTEGER NOT NULL DEFAULT 0;
-- 1: started_by is a person's own name, at whichever host.
ALTER TABLE runs ADD COLUMN own_name      INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN approved_at   INTEGER NOT NULL DEFAULT 0; -- 0: nobody did yet
ALTER TABLE runs ADD COLUMN approved_by   TEXT    NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN approved_host TEXT    NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN approved_own  INTEGER NOT NULL DEFAULT 0;
