-- The ledger of opt-outs: who wants no texts, and who may want none. A row that ends stays.
CREATE TABLE optouts (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  number   TEXT    NOT NULL, -- of the recipient
  sender   TEXT    NOT NULL, -- the one number of ours that it is about; '': all of them
  account  TEXT    NOT NULL, -- the account that it is about; '': every one
  held     INTEGER NOT NULL, -- 1: nobody has decided yet
  since    INTEGER NOT NULL,
  again    INTEGER NOT NULL DEFAULT 0, -- when it was said last
  source   TEXT    NOT NULL, -- who or what says so
  note     TEXT    NOT NULL,
  words    TEXT    NOT NULL, -- what the recipient wrote
  code     INTEGER NOT NULL, -- delivery error code
  message  INTEGER NOT NULL, -- the row that says so; 0 for none
  ended_at INTEGER NOT NULL DEFAULT 0,
  ended_by TEXT    NOT NULL DEFAULT ''
);
CREATE INDEX optouts_open ON optouts (number) WHERE ended_at = 0;
CREATE INDEX optouts_number ON optouts (number);

-- Those that carriers told of, unless a carrier or a phone had a later message.
INSERT INTO optouts (number, sender, account, held, since, source, note, words, code, message)
  SELECT d.recipient, '', m.account_id, 0, d.at, 'code', '', '', d.error_code, max(d.message)
  FROM deliveries d JOIN messages m ON m.id = d.message
  WHERE d.status IN ('FAILED', 'UNDELIVERED') AND d.error_code IN (4475, 4775) AND d.recipient <> '' AND NOT EXISTS (
    SELECT 1 FROM deliveries l JOIN messages n ON n.id = l.message
    WHERE l.recipient = d.recipient AND l.message > d.message AND l.status = 'DELIVERED' AND l.error_code <> 9902
      AND (l.grade IN ('carrier', 'handset', 'read') OR l.grade = '' AND n.media = '' AND instr(n.recipients, '","') = 0))
  GROUP BY d.recipient, m.account_id;
