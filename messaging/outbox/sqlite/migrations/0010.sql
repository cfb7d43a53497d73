-- Broadcasts: a text and the people it goes to, one after the other, at a pace.

-- What a broadcast is made of, and how it stands. A run without people is one of messages
-- that were made before.
ALTER TABLE runs ADD COLUMN profile        TEXT    NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN account_id     TEXT    NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN base_url       TEXT    NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN application_id TEXT    NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN senders        TEXT    NOT NULL DEFAULT ''; -- JSON array of strings
ALTER TABLE runs ADD COLUMN text           TEXT    NOT NULL DEFAULT ''; -- as it is filled for each
ALTER TABLE runs ADD COLUMN media          TEXT    NOT NULL DEFAULT ''; -- JSON array of strings, or empty
ALTER TABLE runs ADD COLUMN tag            TEXT    NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN content        BLOB    NOT NULL DEFAULT ''; -- keyed digest of text and media
ALTER TABLE runs ADD COLUMN list_name      TEXT    NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN list_sum       TEXT    NOT NULL DEFAULT ''; -- of its content
ALTER TABLE runs ADD COLUMN options        TEXT    NOT NULL DEFAULT ''; -- of whoever made it
ALTER TABLE runs ADD COLUMN started_by     TEXT    NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN host           TEXT    NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN again          INTEGER NOT NULL DEFAULT 0; -- the run some of whose people these are
ALTER TABLE runs ADD COLUMN stop_at        INTEGER NOT NULL DEFAULT 0; -- percent of the last ones that may fail; 0: all
ALTER TABLE runs ADD COLUMN edition        INTEGER NOT NULL DEFAULT 1; -- one more with each correction
ALTER TABLE runs ADD COLUMN people         INTEGER NOT NULL DEFAULT 0; -- rows of run_people
ALTER TABLE runs ADD COLUMN segments       INTEGER NOT NULL DEFAULT 0; -- that the API took
ALTER TABLE runs ADD COLUMN started_at     INTEGER NOT NULL DEFAULT 0; -- the first time
ALTER TABLE runs ADD COLUMN ended_at       INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN reason         TEXT    NOT NULL DEFAULT ''; -- JSON: why it came into its state
ALTER TABLE runs ADD COLUMN hold_until     INTEGER NOT NULL DEFAULT 0; -- nothing of it leaves before
ALTER TABLE runs ADD COLUMN hold_reason    TEXT    NOT NULL DEFAULT ''; -- JSON: why
ALTER TABLE runs ADD COLUMN backoff        INTEGER NOT NULL DEFAULT 0; -- microseconds of the last hold; 0: something was taken since
ALTER TABLE runs ADD COLUMN kept           INTEGER NOT NULL DEFAULT 1; -- 0: texts, names and fields were deleted, for none are kept
ALTER TABLE runs ADD COLUMN slowed         INTEGER NOT NULL DEFAULT 0; -- how often its pace was halved
ALTER TABLE runs ADD COLUMN slowed_at      INTEGER NOT NULL DEFAULT 0;

-- How each run came to be in its state, and what was corrected. Rows are only added.
CREATE TABLE run_moves (
  id     INTEGER PRIMARY KEY AUTOINCREMENT,
  run    INTEGER NOT NULL,
  at     INTEGER NOT NULL,
  state  TEXT    NOT NULL,
  reason TEXT    NOT NULL DEFAULT '', -- JSON
  until  INTEGER NOT NULL DEFAULT 0,  -- of a hold
  text   TEXT    NOT NULL DEFAULT ''  -- the text from then on, where it was corrected
);
CREATE INDEX run_moves_run ON run_moves (run);

-- The people of a run, in the order of its list.
CREATE TABLE run_people (
  run        INTEGER NOT NULL,
  n          INTEGER NOT NULL, -- from 1
  number     TEXT    NOT NULL, -- in E.164, or what the list has in its place
  name       TEXT    NOT NULL DEFAULT '',
  zone       TEXT    NOT NULL DEFAULT '',
  fields     TEXT    NOT NULL DEFAULT '', -- JSON object of strings, or empty
  not_before INTEGER NOT NULL DEFAULT 0,  -- the time in which they may be written to; 0: any
  not_after  INTEGER NOT NULL DEFAULT 0,
  skip       TEXT    NOT NULL DEFAULT '', -- why they get nothing
  note       TEXT    NOT NULL DEFAULT '', -- more of that
  message    INTEGER NOT NULL DEFAULT 0,  -- the row of messages that is theirs
  attempt    INTEGER NOT NULL DEFAULT 0,  -- one that never came to be, for which they wait again
  PRIMARY KEY (run, n)
) WITHOUT ROWID;
CREATE INDEX run_people_waiting ON run_people (run, not_after, not_before, n) WHERE message = 0 AND skip = '';
CREATE UNIQUE INDEX run_people_number ON run_people (run, number) WHERE skip = '';
CREATE INDEX run_people_skip ON run_people (run, skip, n) WHERE skip <> '';

-- Whose message of its run it is: at most one is theirs. 0 for one that is nobody's, as
-- one that never came to be.
ALTER TABLE messages ADD COLUMN n INTEGER NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX messages_n ON messages (run, n) WHERE n <> 0;
-- How the last ones of a run ended.
CREATE INDEX messages_run_final ON messages (run, updated_at) WHERE n <> 0 AND state IN ('delivered', 'failed', 'rejected');
-- Whether somebody got the same.
CREATE INDEX messages_same ON messages (recipients, content);

-- What was sent of what a pace allows, over all processes; see pace.go.
CREATE TABLE paces (
  name TEXT PRIMARY KEY,
  at   INTEGER NOT NULL, -- when something was taken last
  free INTEGER NOT NULL  -- when there is more
) WITHOUT ROWID;

-- Runs of messages that were made before their turn are sent no more: what waits in one is
-- unsent, as the next opening records.
UPDATE runs SET state = 'cancelled', ended_at = updated_at WHERE state IN ('planned', 'running', 'paused');
