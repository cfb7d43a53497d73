-- What comes in: callbacks of the API, messages that somebody wrote, and conversations.

-- How far an event can be believed, as callback.Trust has it: 0 a callback without
-- credentials, which changes nothing but what is asked; 2 the API said so.
ALTER TABLE events ADD COLUMN trust INTEGER NOT NULL DEFAULT 2;
ALTER TABLE events ADD COLUMN channel TEXT NOT NULL DEFAULT ''; -- "SMS", "MMS" or "RBM", where the source says it
ALTER TABLE events ADD COLUMN body BLOB; -- as it came, where it holds more than these columns

-- Events for an id that no message has, or has yet: a callback may be quicker than the
-- answer to the call that sent the message. They are moved to its events then.
CREATE TABLE strays (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  api_id      TEXT    NOT NULL,
  type        TEXT    NOT NULL,
  recipient   TEXT    NOT NULL,
  at          INTEGER NOT NULL,
  recorded_at INTEGER NOT NULL,
  error_code  INTEGER NOT NULL,
  carrier     TEXT    NOT NULL,
  channel     TEXT    NOT NULL,
  description TEXT    NOT NULL,
  trust       INTEGER NOT NULL,
  body        BLOB,
  UNIQUE (api_id, type, recipient, at, error_code, carrier)
);

-- 1: somebody without credentials said something of it, and the API is to be asked.
ALTER TABLE messages ADD COLUMN doubted INTEGER NOT NULL DEFAULT 0;
CREATE INDEX messages_doubted ON messages (id) WHERE doubted = 1;

-- Of what came in (direction "in"; sender is who wrote, recipients are all it went to).
ALTER TABLE messages ADD COLUMN own TEXT NOT NULL DEFAULT ''; -- the number of ours that it came to
ALTER TABLE messages ADD COLUMN said_at INTEGER NOT NULL DEFAULT 0; -- when it was written, as the API says
ALTER TABLE messages ADD COLUMN missed INTEGER NOT NULL DEFAULT 0; -- 1: found in the API's list, which has no texts
ALTER TABLE messages ADD COLUMN unproven INTEGER NOT NULL DEFAULT 0; -- 1: only callbacks without credentials say so
ALTER TABLE messages ADD COLUMN copy_of INTEGER NOT NULL DEFAULT 0; -- the row that has the same for another number of ours

-- One row a conversation: a number of ours and one other, or a group.
CREATE TABLE threads (
  id      INTEGER PRIMARY KEY AUTOINCREMENT,
  name    TEXT    NOT NULL UNIQUE, -- who is in it; see thread.go
  own     TEXT    NOT NULL, -- the number of ours
  others  TEXT    NOT NULL, -- JSON array of strings, sorted
  last    INTEGER NOT NULL, -- the newest message
  heard   INTEGER NOT NULL DEFAULT 0, -- the newest message that came in
  read_to INTEGER NOT NULL DEFAULT 0, -- what came in later is unread
  unread  INTEGER NOT NULL DEFAULT 0
);

-- Which messages a conversation has.
CREATE TABLE talks (
  thread  INTEGER NOT NULL,
  message INTEGER NOT NULL,
  PRIMARY KEY (thread, message)
) WITHOUT ROWID;

-- Conversations of the messages that are here: first those to one recipient.
INSERT INTO threads (name, own, others, last)
  SELECT substr(recipients, 3, length(recipients) - 4) || '<' || sender, sender, recipients, max(id)
  FROM messages WHERE recipients LIKE '["%"]' AND instr(recipients, ',') = 0 AND instr(recipients, '\') = 0 GROUP BY recipients, sender;
INSERT INTO talks (thread, message)
  SELECT t.id, m.id FROM messages m JOIN threads t ON t.name = substr(m.recipients, 3, length(m.recipients) - 4) || '<' || m.sender
  WHERE m.recipients LIKE '["%"]' AND instr(m.recipients, ',') = 0 AND instr(m.recipients, '\') = 0 ORDER BY t.id, m.id;
CREATE TEMP TABLE groups_of AS
  SELECT m.id, m.sender AS own,
    (SELECT json_group_array(value) FROM (SELECT value FROM json_each(m.recipients) UNION SELECT m.sender ORDER BY 1)) AS name,
    (SELECT json_group_array(value) FROM (SELECT DISTINCT value FROM json_each(m.recipients) WHERE value <> m.sender ORDER BY 1)) AS others
  FROM messages m WHERE m.recipients LIKE '["%"]' AND json_valid(m.recipients) AND instr(m.recipients, ',') > 0;
UPDATE groups_of SET name = json_extract(others, '$[0]') || '<' || own WHERE json_array_length(others) = 1;
INSERT INTO threads (name, own, others, last)
  SELECT name, own, others, max(id) FROM groups_of WHERE json_array_length(others) > 0 GROUP BY name
  ON CONFLICT (name) DO UPDATE SET last = max(last, excluded.last);
INSERT INTO talks (thread, message) SELECT t.id, g.id FROM groups_of g JOIN threads t ON t.name = g.name;
DROP TABLE groups_of;
CREATE INDEX threads_last ON threads (last);
CREATE INDEX threads_heard ON threads (last) WHERE heard > 0;
CREATE INDEX threads_unread ON threads (last) WHERE unread > 0;
CREATE INDEX talks_message ON talks (message, thread);
