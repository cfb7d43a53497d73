-- People with names: who a number is, so that nobody has to know it by heart.
CREATE TABLE contacts (
  id             INTEGER PRIMARY KEY AUTOINCREMENT,
  number         TEXT    NOT NULL UNIQUE, -- in E.164
  name           TEXT    NOT NULL,
  sorted         TEXT    NOT NULL, -- the name without capitals and accents
  words          TEXT    NOT NULL, -- all that a search looks at, likewise
  zone           TEXT    NOT NULL, -- IANA name; '' if not known
  fields         TEXT    NOT NULL, -- what else is known, a JSON object of texts
  no_texts       INTEGER NOT NULL DEFAULT 0, -- delivery error code that says that it takes no texts
  no_texts_since INTEGER NOT NULL DEFAULT 0,
  created_at     INTEGER NOT NULL,
  updated_at     INTEGER NOT NULL
);
CREATE INDEX contacts_sorted ON contacts (sorted, id);

CREATE TABLE contact_groups (
  sorted  TEXT    NOT NULL, -- the name without capitals and accents, by which groups are the same
  contact INTEGER NOT NULL,
  name    TEXT    NOT NULL,
  PRIMARY KEY (sorted, contact)
) WITHOUT ROWID;
CREATE INDEX contact_groups_contact ON contact_groups (contact);
