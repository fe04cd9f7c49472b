-- What people decided on conflicts, stored before it is carried out, with all that is needed to undo it.
-- before, after: JSON, both sides as they were and as the decision leaves them. copy: the path that a kept version
-- continues at. undoing: an undo has begun and has not ended.
CREATE TABLE resolution (
  id INTEGER PRIMARY KEY,
  path TEXT NOT NULL,
  decision TEXT NOT NULL,
  time_ns INTEGER NOT NULL,
  before TEXT NOT NULL,
  after TEXT NOT NULL,
  copy TEXT,
  undoing INTEGER NOT NULL DEFAULT 0,
  undone_ns INTEGER
) STRICT;
CREATE INDEX resolution_path ON resolution (path);

-- What a person has made of both sides of a waiting conflict and not saved yet.
CREATE TABLE draft (conflict INTEGER PRIMARY KEY, content TEXT NOT NULL) STRICT;
