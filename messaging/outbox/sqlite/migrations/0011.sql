-- Answers that telex sends by itself, and texts that ask for YES.

-- Of what came in: which answer it is to get by itself and has not got; '' for none.
ALTER TABLE messages ADD COLUMN owes TEXT NOT NULL DEFAULT '';
-- Of what was sent: the row that it answers by itself; 0 if a person sent it.
ALTER TABLE messages ADD COLUMN answers INTEGER NOT NULL DEFAULT 0;
-- 1: its text asks for YES to opt in.
ALTER TABLE messages ADD COLUMN opt_in INTEGER NOT NULL DEFAULT 0;

CREATE INDEX messages_owes ON messages (id) WHERE owes <> '';
-- A message that came in is answered once.
CREATE UNIQUE INDEX messages_answers ON messages (answers) WHERE answers <> 0;
CREATE INDEX messages_answered ON messages (created_at) WHERE answers <> 0;
CREATE INDEX messages_opt_in ON messages (created_at) WHERE opt_in = 1;

-- Which numbers are ours.
CREATE INDEX threads_own ON threads (own);

-- 1: only callbacks without credentials say so.
ALTER TABLE optouts ADD COLUMN unproven INTEGER NOT NULL DEFAULT 0;

-- About whom a person has to decide.
CREATE INDEX optouts_held ON optouts (number) WHERE held = 1 AND ended_at = 0;
