//! The access tokens that are good, shared with the services that take them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use jiff::Timestamp;

use crate::fake::frame::lock;

/// The access tokens that are good.
#[derive(Debug, Clone, Default)]
pub struct Passes(Arc<Mutex<BTreeMap<String, Pass>>>);

#[derive(Debug)]
struct Pass {
    until: Timestamp,
    /// Requests that it is good for.
    left: u32,
}

impl Passes {
    /// Whether a token is good for one more request, at that time.
    pub fn are_good(&self, token: &str, now: Timestamp) -> bool {
        lock(&self.0).get_mut(token).is_some_and(|pass| {
            let is_good = now < pass.until && pass.left > 0;
            pass.left = pass.left.saturating_sub(1);
            is_good
        })
    }

    /// Ends all that were given out so far; sign-ins stay good.
    pub fn end_all(&self) {
        lock(&self.0).clear();
    }

    pub(crate) fn give(&self, token: &str, until: Timestamp, requests: u32) {
        lock(&self.0).insert(token.to_owned(), Pass { until, left: requests });
    }
}
