-- The first version of the outbox. Times are microseconds since 1970 in UTC.

CREATE TABLE meta (
  name  TEXT PRIMARY KEY,
  value BLOB NOT NULL
) WITHOUT ROWID;

-- One row a message. It is thin, so that History reads little; what was said on
-- the wire is in exchanges.
CREATE TABLE messages (
  id             INTEGER PRIMARY KEY AUTOINCREMENT,
  state          TEXT    NOT NULL,
  direction      TEXT    NOT NULL DEFAULT 'out',
  created_at     INTEGER NOT NULL,
  updated_at     INTEGER NOT NULL,
  owner          TEXT    NOT NULL, -- the process that sends it; see owner.go
  untold         INTEGER NOT NULL DEFAULT 0, -- 1: its end was found out and nobody was told yet
  profile        TEXT    NOT NULL DEFAULT '',
  account_id     TEXT    NOT NULL DEFAULT '',
  base_url       TEXT    NOT NULL DEFAULT '',
  application_id TEXT    NOT NULL DEFAULT '',
  sender         TEXT    NOT NULL,
  recipients     TEXT    NOT NULL, -- JSON array of strings
  text           TEXT    NOT NULL DEFAULT '',
  text_length    INTEGER NOT NULL DEFAULT 0, -- Unicode characters
  text_omitted   INTEGER NOT NULL DEFAULT 0, -- 1: the outbox was told to keep no text
  media          TEXT    NOT NULL DEFAULT '', -- JSON array of strings, or empty
  tag            TEXT    NOT NULL DEFAULT '',
  priority       TEXT    NOT NULL DEFAULT '',
  expiration     INTEGER NOT NULL DEFAULT 0, -- 0: none
  content        BLOB    NOT NULL, -- keyed digest of what a recipient sees; see guard.go
  segment_count  INTEGER NOT NULL DEFAULT 0,
  message_id     TEXT    NOT NULL DEFAULT '', -- the API's
  http_status    INTEGER NOT NULL DEFAULT 0,
  error_code     INTEGER NOT NULL DEFAULT 0, -- a delivery error code
  error          TEXT    NOT NULL DEFAULT '',
  resend_of      INTEGER NOT NULL DEFAULT 0, -- the id of an earlier row
  checked_at     INTEGER NOT NULL DEFAULT 0, -- when the API was last asked about it
  verdict        TEXT    NOT NULL DEFAULT '' -- what it said, for an unknown message
);
CREATE INDEX messages_state ON messages (state, id);
CREATE INDEX messages_message_id ON messages (message_id) WHERE message_id <> '';
CREATE INDEX messages_content ON messages (content, created_at);
CREATE INDEX messages_created ON messages (created_at);
CREATE INDEX messages_resend_of ON messages (resend_of) WHERE resend_of <> 0;
CREATE INDEX messages_untold ON messages (id) WHERE untold = 1;

-- What was sent and what came back, byte for byte.
CREATE TABLE exchanges (
  id       INTEGER PRIMARY KEY, -- of the message
  request  BLOB NOT NULL,
  attempts BLOB, -- JSON
  answer   BLOB, -- JSON: status, line, header, latency
  body     BLOB, -- of the answer
  failure  BLOB  -- JSON: the parts of the error
);

-- How each message came to be in its state.
CREATE TABLE moves (
  id      INTEGER PRIMARY KEY AUTOINCREMENT, -- its sequence is the version of the outbox
  message INTEGER NOT NULL,
  at      INTEGER NOT NULL,
  state   TEXT    NOT NULL,
  note    TEXT    NOT NULL DEFAULT ''
);
CREATE INDEX moves_message ON moves (message);

-- What the API said of the delivery, one row a recipient.
CREATE TABLE deliveries (
  message    INTEGER NOT NULL,
  recipient  TEXT    NOT NULL,
  status     TEXT    NOT NULL,
  error_code INTEGER NOT NULL DEFAULT 0,
  carrier    TEXT    NOT NULL DEFAULT '',
  at         INTEGER NOT NULL,
  PRIMARY KEY (message, recipient)
) WITHOUT ROWID;

-- What is being composed, one row a console.
CREATE TABLE drafts (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  owner      TEXT    NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  profile    TEXT    NOT NULL DEFAULT '',
  body       BLOB    NOT NULL
);

-- Which rows have which pieces of words in their text, numbers and tag; see grams.go.
-- It keeps no copy of them.
CREATE VIRTUAL TABLE search USING fts5 (
  words, content = '', contentless_delete = 1, detail = 'none', tokenize = 'grams'
);
