-- One row a path, with its three sides: l_ this computer, r_ the service, s_ what both last agreed on.
-- Kinds: 0 file, 1 folder; NULL: nothing there. Times are nanoseconds since the epoch. Unsigned 64-bit numbers are
-- stored bit for bit in signed ones.
CREATE TABLE node (
  id INTEGER PRIMARY KEY,
  parent TEXT NOT NULL,
  name TEXT NOT NULL,
  dirty INTEGER NOT NULL,
  s_kind INTEGER,
  r_kind INTEGER,
  l_kind INTEGER,
  l_size INTEGER, l_mtime INTEGER, l_ctime INTEGER, l_inode INTEGER, l_device INTEGER, l_hash BLOB,
  r_id TEXT, r_revision TEXT, r_size INTEGER, r_modified INTEGER, r_write_only INTEGER, r_hash BLOB,
  sl_size INTEGER, sl_mtime INTEGER, sl_ctime INTEGER, sl_inode INTEGER, sl_device INTEGER, sl_hash BLOB,
  sr_id TEXT, sr_revision TEXT, sr_size INTEGER, sr_modified INTEGER, sr_write_only INTEGER, sr_hash BLOB
) STRICT;
CREATE UNIQUE INDEX node_path ON node (parent, name);
CREATE INDEX node_dirty ON node (id) WHERE dirty = 1;

CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE conflict (
  id INTEGER PRIMARY KEY,
  path TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  found_ns INTEGER NOT NULL,
  sides TEXT NOT NULL,
  sticky INTEGER NOT NULL,
  theirs_version TEXT,
  decision TEXT
) STRICT;

CREATE TABLE problem (path TEXT PRIMARY KEY, code TEXT NOT NULL, message TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE activity (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  time_ns INTEGER NOT NULL,
  action TEXT NOT NULL,
  path TEXT NOT NULL,
  reason TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  ok INTEGER NOT NULL
) STRICT;

CREATE TABLE upload (path TEXT PRIMARY KEY, content TEXT NOT NULL, session TEXT NOT NULL) STRICT, WITHOUT ROWID;
