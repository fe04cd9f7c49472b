//! Every content that was ever on a side, and which of them somebody replaced or deleted on purpose.

use std::collections::{BTreeMap, BTreeSet};

use super::tree::Bytes;

/// The memory of the oracle.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    seen: BTreeMap<Bytes, String>,
    given_up: BTreeSet<Bytes>,
}

impl Ledger {
    /// A content is on a side.
    pub(super) fn saw(&mut self, content: &Bytes, place: impl FnOnce() -> String) {
        if !content.is_empty() && !self.seen.contains_key(content) {
            self.seen.insert(content.clone(), place());
        }
    }

    /// Somebody (not the sync) replaced it or deleted it where it was.
    pub(super) fn gave_up(&mut self, content: &Bytes) {
        self.given_up.insert(content.clone());
    }

    /// Every content that ever was, with the place where it was seen first.
    pub(super) fn all(&self) -> impl Iterator<Item = (&Bytes, &str)> {
        self.seen.iter().map(|(content, place)| (content, place.as_str()))
    }

    /// The contents that nobody ever replaced or deleted: the last words of somebody.
    pub(super) fn last_words(&self) -> impl Iterator<Item = (&Bytes, &str)> {
        self.all().filter(|(content, _)| !self.given_up.contains(*content))
    }
}
