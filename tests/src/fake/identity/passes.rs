//! The access tokens that are good, shared with the services that take them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use jiff::Timestamp;

use crate::fake::frame::lock;

/// The access tokens that are good.
#[derive(Debug, Clone, Default)]
pub struct Passes(Arc<Mutex<BTreeMap<String, Timestamp>>>);

impl Passes {
    /// Whether a token is good at that time.
    pub fn are_good(&self, token: &str, now: Timestamp) -> bool {
        lock(&self.0).get(token).is_some_and(|until| now < *until)
    }

    /// Ends all that were given out so far; sign-ins stay good.
    pub fn end_all(&self) {
        lock(&self.0).clear();
    }

    pub(crate) fn give(&self, token: &str, until: Timestamp) {
        lock(&self.0).insert(token.to_owned(), until);
    }
}
