//! Small texts that were agreed on, by their hash.

use rusqlite::{OptionalExtension, params};
use tidemark_core::node::ContentHash;

use super::{Result, State, sql};

/// Bytes of all texts together; beyond it the oldest are forgotten.
pub(crate) const MAX_TOTAL: u64 = 64 << 20;

impl State {
    /// Stores texts by their hashes, in one transaction.
    pub fn put_base_texts(&self, texts: &[(ContentHash, Vec<u8>)]) -> Result<()> {
        self.transact("storing agreed texts", |connection| {
            for (hash, content) in texts {
                connection
                    .prepare_cached(
                        "INSERT OR IGNORE INTO base_text (hash, bytes, content) VALUES (?1, length(?2), ?2)",
                    )
                    .and_then(|mut statement| statement.execute(params![hash.0, content]))
                    .map_err(sql("storing agreed texts"))?;
            }
            Ok(())
        })
    }

    /// True when the text of that hash is stored.
    pub fn has_base_text(&self, hash: &ContentHash) -> Result<bool> {
        self.writer()
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM base_text WHERE hash = ?1)")
            .and_then(|mut statement| statement.query_row([hash.0], |row| row.get(0)))
            .map_err(sql("looking for an agreed text"))
    }

    /// The text of that hash.
    pub fn base_text(&self, hash: &ContentHash) -> Result<Option<Vec<u8>>> {
        self.writer()
            .query_row("SELECT content FROM base_text WHERE hash = ?1", [hash.0], |row| row.get(0))
            .optional()
            .map_err(sql("reading an agreed text"))
    }

    /// Forgets the oldest texts where they have become too many.
    pub fn limit_base_texts(&self) -> Result<()> {
        self.writer()
            .execute(
                "DELETE FROM base_text WHERE id <= (SELECT max(id) FROM
                   (SELECT id, sum(bytes) OVER (ORDER BY id DESC) AS total FROM base_text) WHERE total > ?1)",
                [MAX_TOTAL.cast_signed()],
            )
            .map(drop)
            .map_err(sql("forgetting agreed texts"))
    }

    /// Forgets the texts that no file is agreed on any more.
    pub fn trim_base_texts(&self) -> Result<()> {
        self.writer()
            .execute(
                "DELETE FROM base_text
                 WHERE hash NOT IN (SELECT sl_hash FROM node WHERE sl_hash IS NOT NULL)",
                [],
            )
            .map(drop)
            .map_err(sql("forgetting agreed texts"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state() -> (tempfile::TempDir, State) {
        let folder = tempfile::tempdir().unwrap();
        let state = State::open(&folder.path().join("state.db")).unwrap();
        (folder, state)
    }

    fn hash(content: &[u8]) -> ContentHash {
        ContentHash(*blake3::hash(content).as_bytes())
    }

    #[test]
    fn a_text_is_found_by_its_hash_until_no_file_is_agreed_on_it() {
        let (_folder, state) = state();
        let text = b"a\nb\n".to_vec();
        state.put_base_texts(&[(hash(&text), text.clone()), (hash(&text), text.clone())]).unwrap();
        assert!(state.has_base_text(&hash(&text)).unwrap());
        assert_eq!(state.base_text(&hash(&text)).unwrap(), Some(text.clone()));
        assert_eq!(state.base_text(&hash(b"other")).unwrap(), None);
        state.trim_base_texts().unwrap();
        assert_eq!(state.base_text(&hash(&text)).unwrap(), None);
    }

    #[test]
    fn the_oldest_go_when_there_are_too_many() {
        let (_folder, state) = state();
        let text = |number: u8| vec![number; 16 << 20];
        for number in 0..6 {
            state.put_base_texts(&[(hash(&text(number)), text(number))]).unwrap();
        }
        state.limit_base_texts().unwrap();
        let there: Vec<u8> = (0..6).filter(|n| state.has_base_text(&hash(&text(*n))).unwrap()).collect();
        assert_eq!(there, [2, 3, 4, 5]);
    }
}
