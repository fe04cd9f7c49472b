//! How a fake Evo is set up.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;

use super::fault::Fault;
use super::lag::Lag;
use super::sas::StorageAccount;
use super::{FakeEvo, answering};
use crate::fake::Clock;

/// What the role of the token's owner allows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Role {
    /// Everything.
    #[default]
    Editor,
    /// Reading.
    Viewer,
}

/// A fake Evo that isn't started yet. Everything has a default.
#[derive(Debug)]
pub struct Settings {
    pub(crate) listen: SocketAddr,
    pub(crate) threads: usize,
    pub(crate) token: String,
    pub(crate) seed: u64,
    pub(crate) clock: Clock,
    pub(crate) role: Role,
    pub(crate) latency: Duration,
    pub(crate) processing: Lag,
    pub(crate) listing: Lag,
    pub(crate) full_path_in_get: bool,
    pub(crate) reuse_ids: bool,
    pub(crate) newest_is_last_committed: bool,
    pub(crate) spill: Option<PathBuf>,
    pub(crate) link_base: Option<String>,
    pub(crate) blobs_at: Option<StorageAccount>,
    pub(crate) faults: Vec<Fault>,
    pub(crate) keep_requests: bool,
    pub(crate) controllable: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            threads: 1,
            token: "evo-token".to_owned(),
            seed: 1,
            clock: Clock::running(),
            role: Role::Editor,
            latency: Duration::ZERO,
            processing: Lag::None,
            listing: Lag::None,
            full_path_in_get: false,
            reuse_ids: false,
            newest_is_last_committed: false,
            spill: None,
            link_base: None,
            blobs_at: None,
            faults: Vec::new(),
            keep_requests: true,
            controllable: false,
        }
    }
}

impl Settings {
    /// Starts it.
    pub fn start(self) -> io::Result<FakeEvo> {
        answering::start(self)
    }

    /// Listens there instead of at a free port.
    pub fn listen(self, listen: SocketAddr) -> Self {
        Settings { listen, ..self }
    }

    /// Serves on so many threads instead of one.
    pub fn threads(self, threads: usize) -> Self {
        Settings { threads, ..self }
    }

    /// The access token that is good; `evo-token` by default.
    pub fn token(self, token: impl Into<String>) -> Self {
        Settings { token: token.into(), ..self }
    }

    /// Ids follow from the seed: the same requests, the same ids.
    pub fn seed(self, seed: u64) -> Self {
        Settings { seed, ..self }
    }

    /// Stops the service's clock at a time.
    pub fn clock_at(self, at: Timestamp) -> Self {
        Settings { clock: Clock::stopped_at(at), ..self }
    }

    /// The role of the token's owner.
    pub fn role(self, role: Role) -> Self {
        Settings { role, ..self }
    }

    /// Every answer comes that much later.
    pub fn latency(self, latency: Duration) -> Self {
        Settings { latency, ..self }
    }

    /// How long a committed content is processed before a GET of its file shows it (requests: such GETs).
    pub fn processing(self, processing: Lag) -> Self {
        Settings { processing, ..self }
    }

    /// How long the listing lags behind (requests: listings).
    pub fn listing_lag(self, listing: Lag) -> Self {
        Settings { listing, ..self }
    }

    /// `path` is the whole path in the answer to a GET, as the vendor's SDK takes it, not the folder, as its guide
    /// shows it.
    pub fn full_path_in_get(self) -> Self {
        Settings { full_path_in_get: true, ..self }
    }

    /// A file made where another was deleted gets the other's id, and its versions.
    pub fn reuse_ids(self) -> Self {
        Settings { reuse_ids: true, ..self }
    }

    /// The version committed last is the newest; otherwise it is the one with the highest id.
    pub fn newest_is_last_committed(self) -> Self {
        Settings { newest_is_last_committed: true, ..self }
    }

    /// Keeps large contents in files of this directory.
    pub fn spill_to(self, directory: impl Into<PathBuf>) -> Self {
        Settings { spill: Some(directory.into()), ..self }
    }

    /// Links begin with this instead of with the address that it listens at.
    pub fn link_base(self, base: impl Into<String>) -> Self {
        Settings { link_base: Some(base.into()), ..self }
    }

    /// Upload and download links lead to another storage, such as azurite, and contents are there.
    pub fn blobs_at(self, account: StorageAccount) -> Self {
        Settings { blobs_at: Some(account), ..self }
    }

    /// What goes wrong, from the start.
    pub fn faults(self, faults: Vec<Fault>) -> Self {
        Settings { faults, ..self }
    }

    /// Counts requests, but doesn't keep them: for large runs.
    pub fn count_requests_only(self) -> Self {
        Settings { keep_requests: false, ..self }
    }

    /// Can be driven by requests below `/_fake/`.
    pub fn controllable(self) -> Self {
        Settings { controllable: true, ..self }
    }
}
