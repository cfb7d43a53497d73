-- Who sent what, for those who look for it: names as they are compared.
CREATE INDEX messages_by ON messages (lower(by_name), id) WHERE direction = 'out';
