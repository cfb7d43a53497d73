-- What is answered with no person is answered once, but for an answer that certainly was not
-- created: that is tried again.
DROP INDEX messages_answers;
CREATE UNIQUE INDEX messages_answers ON messages (answers) WHERE answers <> 0 AND state NOT IN ('rejected', 'unsent');
