-- When the API is asked what became of a message, and who asks; see asker.go.

-- When the API took the message: by our clock, from which its age counts, and by the
-- API's own, as its list has it; 0 if it did not say.
ALTER TABLE messages ADD COLUMN ask_from INTEGER NOT NULL DEFAULT 0;
ALTER TABLE messages ADD COLUMN taken_at INTEGER NOT NULL DEFAULT 0;
-- When the API is to be asked next; 0: it is settled, or asked about no more.
ALTER TABLE messages ADD COLUMN ask_at INTEGER NOT NULL DEFAULT 0;
UPDATE messages SET ask_from = coalesce((SELECT min(v.at) FROM moves v WHERE v.message = messages.id AND v.state = 'accepted'), updated_at)
  WHERE message_id <> '' AND state IN ('accepted', 'sent', 'delivered', 'unconfirmed', 'failed');
UPDATE messages SET ask_at = ask_from WHERE message_id <> '' AND state IN ('accepted', 'sent', 'unconfirmed');
CREATE INDEX messages_ask ON messages (account_id, base_url, ask_at) WHERE ask_at <> 0;

-- What one process does for all.
CREATE TABLE leases (
  name       TEXT PRIMARY KEY,
  owner      TEXT    NOT NULL, -- the process
  renewed_at INTEGER NOT NULL
) WITHOUT ROWID;
