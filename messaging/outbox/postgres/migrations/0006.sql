-- The runs that are not over, which whoever works looks for whenever something changed.
CREATE INDEX runs_open ON runs (state) WHERE state IN ('planned', 'running', 'paused');
