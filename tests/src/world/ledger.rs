//! Every content that was ever on a side, and which of them somebody replaced or deleted there on purpose.

use std::collections::{BTreeMap, BTreeSet};

use super::edit::Side;
use super::tree::Bytes;

/// The memory of the oracle.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    seen: BTreeMap<(Bytes, Side), String>,
    given_up: BTreeSet<(Bytes, Side)>,
    /// A person has let one side of a conflict win.
    pub(super) somebody_decided: bool,
    /// A process that overtook a write has ended before it could tell, or what it told was deleted.
    pub(super) forgot_overtaken: bool,
    /// Writes were overtaken.
    pub(super) overtaken: bool,
}

impl Ledger {
    /// A content is on a side.
    pub(super) fn saw(&mut self, side: Side, content: &Bytes, place: impl FnOnce() -> String) {
        if !content.is_empty() {
            self.seen.entry((content.clone(), side)).or_insert_with(place);
        }
    }

    /// Somebody (not the sync) replaced it or deleted it on that side.
    pub(super) fn gave_up(&mut self, side: Side, content: &Bytes) {
        self.given_up.insert((content.clone(), side));
    }

    /// The contents that nobody replaced or deleted on the side where they were: whatever became of them, the sync did
    /// it. With the place where each was seen first.
    pub(super) fn entrusted(&self) -> impl Iterator<Item = (&Bytes, &str)> {
        let kept = self.seen.iter().filter(|(seen, _)| !self.given_up.contains(*seen));
        kept.map(|((content, _), place)| (content, place.as_str()))
    }

    /// The contents that nobody ever replaced or deleted: the last words of somebody.
    pub(super) fn last_words(&self) -> impl Iterator<Item = (&Bytes, &str)> {
        let given_up = |content: &Bytes| {
            [Side::Here, Side::There].iter().any(|side| self.given_up.contains(&(content.clone(), *side)))
        };
        self.entrusted().filter(move |(content, _)| !given_up(content))
    }
}
