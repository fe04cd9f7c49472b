//! A fake while it runs: what tests ask of every one.

use std::fmt::{self, Debug};
use std::sync::Arc;

use bytes::Bytes;

use super::Clock;
use super::breach::Breach;
use super::fault::{Fault, Faults};
use super::frame::{Fake, lock};
use super::record::{Request, Summary};
use super::server::Server;
use super::setup::Setup;

/// A running fake; dropping it stops it.
pub struct Running<F: Fake> {
    pub(crate) fake: Arc<F>,
    pub(crate) _server: Server,
}

impl<F: Fake> Running<F> {
    /// Settings to begin with.
    pub fn with() -> Setup<F> {
        Setup::default()
    }

    /// Where it is: `http://` with address and port.
    pub fn base_url(&self) -> &str {
        &self.fake.front().base_url
    }

    /// The token that was good at the start.
    pub fn token(&self) -> &str {
        &self.fake.front().first_token
    }

    /// Makes another token the good one; none: no token is good.
    pub fn set_token(&self, token: Option<&str>) {
        self.fake.front().set_token(token.map(str::to_owned));
    }

    /// The service's clock. Links, filters, lags and times go by it.
    pub fn clock(&self) -> &Clock {
        &self.fake.front().clock
    }

    /// What is at a path.
    pub fn content(&self, path: &str) -> Option<Bytes> {
        self.fake.content(path)
    }

    /// Somebody else deletes a file. False when none is there.
    pub fn delete(&self, path: &str) -> bool {
        self.fake.delete_elsewhere(path)
    }

    /// Somebody else renames a file, or a folder with all that is inside. False when that can't be.
    pub fn rename(&self, from: &str, to: &str) -> bool {
        self.fake.rename_elsewhere(from, to)
    }

    /// Adds a fault.
    pub fn inject(&self, fault: Fault<F::Endpoint, F::Effect>) {
        lock(&self.fake.front().faults).add(fault);
    }

    /// Removes all faults.
    pub fn heal(&self) {
        *lock(&self.fake.front().faults) = Faults::new(Vec::new());
    }

    /// How often each fault happened, in the order they were added.
    pub fn faults_fired(&self) -> Vec<u64> {
        lock(&self.fake.front().faults).fired()
    }

    /// Every request so far, in the order of their answers.
    pub fn requests(&self) -> Vec<Request<F::Endpoint>> {
        self.fake.front().record.requests()
    }

    /// Counts of the requests so far.
    pub fn summary(&self) -> Summary<F::Endpoint> {
        self.fake.front().record.summary()
    }

    /// Forgets the requests so far; breaches are never forgotten.
    pub fn forget_requests(&self) {
        self.fake.front().record.forget_requests();
    }

    /// Every breach of the contract so far.
    pub fn breaches(&self) -> Vec<Breach<F::Breach>> {
        self.fake.front().record.breaches()
    }
}

impl<F: Fake> Debug for Running<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fake.front().fmt(f)
    }
}
