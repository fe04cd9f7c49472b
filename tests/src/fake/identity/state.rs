//! What an identity server remembers.

use std::collections::BTreeMap;

use super::settings::Decision;

/// One sign-in, and all that follows from it.
pub(crate) type Family = usize;

#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) decision: Decision,
    pub(crate) codes: BTreeMap<String, Code>,
    pub(crate) refresh: BTreeMap<String, Refresh>,
    pub(crate) offers: Vec<Offer>,
    /// By family: whether it was revoked.
    revoked: Vec<bool>,
}

/// A code that was given out.
#[derive(Debug, Clone)]
pub(crate) struct Code {
    pub(crate) family: Family,
    pub(crate) challenge: String,
    pub(crate) redirect: String,
    pub(crate) used: bool,
}

/// A refresh token that was given out.
#[derive(Debug, Clone)]
pub(crate) struct Refresh {
    pub(crate) family: Family,
    pub(crate) used: bool,
}

/// An organisation at a hub.
#[derive(Debug, Clone)]
pub(crate) struct Offer {
    pub(crate) organisation: String,
    pub(crate) called: String,
    pub(crate) hub: String,
}

impl State {
    /// A person signs in.
    pub(crate) fn begin(&mut self) -> Family {
        self.revoked.push(false);
        self.revoked.len() - 1
    }

    pub(crate) fn is_revoked(&self, family: Family) -> bool {
        self.revoked[family]
    }

    pub(crate) fn revoke(&mut self, family: Family) {
        self.revoked[family] = true;
    }

    pub(crate) fn revoke_all(&mut self) {
        self.revoked.fill(true);
    }
}
