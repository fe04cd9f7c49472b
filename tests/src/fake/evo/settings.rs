//! How a fake Evo is set up.

use super::Settings;
use super::lag::Lag;
use super::sas::StorageAccount;
use crate::fake::identity::Passes;

/// What the role of the token's owner allows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Role {
    /// Everything.
    #[default]
    Editor,
    /// Reading.
    Viewer,
}

/// What only this service has.
#[derive(Debug, Default)]
pub(crate) struct Rules {
    pub(crate) role: Role,
    pub(crate) processing: Lag,
    pub(crate) listing: Lag,
    pub(crate) full_path_in_get: bool,
    pub(crate) reuse_ids: bool,
    pub(crate) newest_is_last_committed: bool,
    pub(crate) link_base: Option<String>,
    pub(crate) blobs_at: Option<StorageAccount>,
    pub(crate) trusts: Option<Passes>,
}

impl Settings {
    /// The role of the token's owner.
    pub fn role(mut self, role: Role) -> Self {
        self.rules.role = role;
        self
    }

    /// How long a committed content is processed before a GET of its file shows it (requests: such GETs).
    pub fn processing(mut self, processing: Lag) -> Self {
        self.rules.processing = processing;
        self
    }

    /// How long the listing lags behind (requests: listings).
    pub fn listing_lag(mut self, listing: Lag) -> Self {
        self.rules.listing = listing;
        self
    }

    /// `path` is the whole path in the answer to a GET, as the vendor's SDK takes it, not the folder, as its guide
    /// shows it.
    pub fn full_path_in_get(mut self) -> Self {
        self.rules.full_path_in_get = true;
        self
    }

    /// A file made where another was deleted gets the other's id, and its versions.
    pub fn reuse_ids(mut self) -> Self {
        self.rules.reuse_ids = true;
        self
    }

    /// The version committed last is the newest; otherwise it is the one with the highest id.
    pub fn newest_is_last_committed(mut self) -> Self {
        self.rules.newest_is_last_committed = true;
        self
    }

    /// Links begin with this instead of with the address that it listens at.
    pub fn link_base(mut self, base: impl Into<String>) -> Self {
        self.rules.link_base = Some(base.into());
        self
    }

    /// Upload and download links lead to another storage, such as azurite, and contents are there.
    pub fn blobs_at(mut self, account: StorageAccount) -> Self {
        self.rules.blobs_at = Some(account);
        self
    }

    /// The access tokens of an identity server are good, instead of one token.
    pub fn trusts(mut self, passes: &Passes) -> Self {
        self.rules.trusts = Some(passes.clone());
        self
    }
}
