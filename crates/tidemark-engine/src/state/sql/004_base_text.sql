-- Small texts that both sides agreed on, by their BLAKE3 hash: what a conflict merges from where the service keeps no
-- history. The oldest go first when there are too many.
CREATE TABLE base_text (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  hash BLOB NOT NULL UNIQUE,
  bytes INTEGER NOT NULL,
  content BLOB NOT NULL
) STRICT;
CREATE INDEX base_text_bytes ON base_text (id, bytes);
