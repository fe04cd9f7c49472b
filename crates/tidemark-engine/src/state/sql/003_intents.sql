-- What was about to be done at a service where it can't be done twice, or what is still to be done there.
-- act: 'upload' (begun; its outcome isn't known), 'orphan' (an upload that may have left an item that nobody can
-- find), 'retire' (an item that another one has replaced is to be deleted).
CREATE TABLE intent (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  act TEXT NOT NULL,
  path TEXT NOT NULL,
  size INTEGER,
  remote_id TEXT,
  revision TEXT,
  begun_ns INTEGER NOT NULL
) STRICT;
