-- Alerts with a key, of which not each is sent; see fold.go.

CREATE TABLE folds (
  name    BLOB    PRIMARY KEY, -- keyed digest of account, recipients and key
  message INTEGER NOT NULL,    -- the row of the last one that was to go
  at      INTEGER NOT NULL,    -- when that was made
  told    INTEGER NOT NULL,    -- of how many before it told that were not sent
  held    INTEGER NOT NULL     -- how many were not sent since
) WITHOUT ROWID;
CREATE INDEX folds_at ON folds (at);
