-- Runs, whose messages belong to no process until one takes them; and everything that
-- became known of a delivery.

-- One row a broadcast.
CREATE TABLE runs (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  name       TEXT    NOT NULL DEFAULT '',
  state      TEXT    NOT NULL, -- planned, running, paused, done or cancelled; see runstate.go
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL -- when it came into its state
);

-- The run that a message belongs to; 0 for none. While such a message is queued its owner
-- is empty, or the process that has taken it and has not begun it.
ALTER TABLE messages ADD COLUMN run INTEGER NOT NULL DEFAULT 0;
CREATE INDEX messages_run ON messages (run, state, owner, id) WHERE run <> 0;
-- Who has messages open: of a run there may be many that nobody has.
CREATE INDEX messages_open ON messages (state, owner) WHERE state IN ('queued', 'sending');

-- What became known of a delivery, one row a piece of news. Rows are added and, with their
-- message, deleted, never changed. In their order they add up to deliveries; see event.go.
CREATE TABLE events (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  message     INTEGER NOT NULL,
  source      TEXT    NOT NULL, -- who said so: "question" is the API when it was asked
  type        TEXT    NOT NULL, -- in the words of the source
  recipient   TEXT    NOT NULL,
  at          INTEGER NOT NULL DEFAULT 0, -- when it happened, as the source says; 0: it does not say
  recorded_at INTEGER NOT NULL,
  error_code  INTEGER NOT NULL DEFAULT 0,
  grade       TEXT    NOT NULL DEFAULT '', -- what it is worth, if it is a receipt
  carrier     TEXT    NOT NULL DEFAULT '',
  description TEXT    NOT NULL DEFAULT '', -- of the source
  UNIQUE (message, source, type, recipient, at, error_code, carrier) -- said twice it is no news
);

-- Only the last news of each recipient was kept. What was known before of the one
-- recipient of a message its changes tell.
INSERT INTO events (message, source, type, recipient, recorded_at, error_code, grade, carrier)
  SELECT message, source, type, recipient, recorded_at, error_code, grade, carrier FROM (
    SELECT d.message, 0 AS late, 'question' AS source, CASE v.state WHEN 'sent' THEN 'SENT' ELSE 'unconfirmed' END AS type, d.recipient,
        v.at AS recorded_at, CASE v.state WHEN 'sent' THEN 0 ELSE 9902 END AS error_code, '' AS grade, '' AS carrier
      FROM deliveries d JOIN moves v ON v.message = d.message
      WHERE (v.state = 'sent' AND (d.status NOT IN ('SENT', 'ACCEPTED') OR d.error_code = 9902) OR v.state = 'unconfirmed' AND d.error_code <> 9902)
        AND NOT EXISTS (SELECT 1 FROM deliveries o WHERE o.message = d.message AND o.recipient <> d.recipient)
    UNION ALL
    -- A question is asked again, and the time of its last answer is not that of the news.
    SELECT d.message, 1, 'question', d.status, d.recipient,
        coalesce((SELECT min(v.at) FROM moves v WHERE v.message = d.message
          AND v.state = CASE WHEN d.error_code = 9902 THEN 'unconfirmed' WHEN d.status = 'DELIVERED' THEN 'delivered'
            WHEN d.status IN ('FAILED', 'UNDELIVERED') THEN 'failed' WHEN d.status IN ('SENT', 'ACCEPTED') THEN 'sent' END
          AND NOT EXISTS (SELECT 1 FROM deliveries o WHERE o.message = d.message AND o.recipient <> d.recipient)), d.at),
        d.error_code, d.grade, d.carrier
      FROM deliveries d
  ) news ORDER BY message, late, recorded_at, recipient;

-- Some were migrated before it was known that a missing receipt does not decide a group.
UPDATE messages SET error_code = coalesce((SELECT d.error_code FROM deliveries d WHERE d.message = messages.id
    AND d.status IN ('FAILED', 'UNDELIVERED') AND d.error_code <> 9902 ORDER BY d.recipient LIMIT 1), error_code)
  WHERE state = 'failed' AND error_code = 9902;
