-- What a receipt is worth, and messages that may have arrived though no receipt says so.

-- "handed-over", "carrier", "handset" or "read"; empty if nothing arrived, and in rows
-- that are older than this column, where it follows from the message.
ALTER TABLE deliveries ADD COLUMN grade TEXT NOT NULL DEFAULT '';
-- That of the recipient of whom least is known.
ALTER TABLE messages ADD COLUMN grade TEXT NOT NULL DEFAULT '';
-- 1: failed, and somebody may have got it all the same; see messaging.DeliveryCode.
ALTER TABLE messages ADD COLUMN doubt INTEGER NOT NULL DEFAULT 0;

-- 9902 says that no receipt came. It was taken for a failure.
UPDATE messages SET state = 'unconfirmed', error_code = 9902 WHERE state = 'failed'
  AND EXISTS (SELECT 1 FROM deliveries d WHERE d.message = messages.id AND d.error_code = 9902)
  AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.message = messages.id
    AND d.status IN ('FAILED', 'UNDELIVERED') AND d.error_code <> 9902);
INSERT INTO moves (message, at, state, note)
  SELECT id, updated_at, 'unconfirmed', 'delivery error 9902 is no failure' FROM messages WHERE state = 'unconfirmed' ORDER BY id;
UPDATE messages SET error_code = coalesce((SELECT d.error_code FROM deliveries d WHERE d.message = messages.id
    AND d.status IN ('FAILED', 'UNDELIVERED') AND d.error_code <> 9902 ORDER BY d.recipient LIMIT 1), error_code)
  WHERE state = 'failed' AND error_code = 9902;
UPDATE messages SET doubt = 1 WHERE state = 'failed'
  AND EXISTS (SELECT 1 FROM deliveries d WHERE d.message = messages.id
    AND (d.error_code IN (4702, 5630) OR d.error_code BETWEEN 9000 AND 9999));

-- The guard looks for these whatever their age, so they must be few among many of the
-- same words; see guard.go.
CREATE INDEX messages_undecided ON messages (content) WHERE state IN ('queued', 'sending', 'unknown', 'unconfirmed');
CREATE INDEX messages_doubt ON messages (content) WHERE doubt = 1;

-- How the last messages to a number ended; see trouble.go.
CREATE INDEX deliveries_recipient ON deliveries (recipient, message) WHERE status IN ('DELIVERED', 'FAILED', 'UNDELIVERED');
