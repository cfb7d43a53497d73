-- The newest message of a run stands for all of it in the history.
CREATE INDEX messages_run_id ON messages (run, id) WHERE run <> 0;
