//! What a client did that the contract doesn't allow.

use std::fmt::{self, Debug};

use serde::Serialize;

/// A request that broke the contract; it was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Breach<K> {
    /// How; in JSON a word in kebab-case.
    pub kind: K,
    /// The request: method and path.
    pub request: String,
    /// What was wrong, in words.
    pub detail: String,
}

impl<K: Debug> fmt::Display for Breach<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} by {}: {}", self.kind, self.request, self.detail)
    }
}
