-- Who sent what, for those who look for it: names as they are compared.
CREATE INDEX messages_by ON messages (lower(by_name)) WHERE direction = 'out';
