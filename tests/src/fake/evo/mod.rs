//! Seequent Evo's File API with its storage, in the process or as `fake-services evo`.
//!
//! It follows the vendor's page (File API 2.10.0), the answers in the vendor's SDK, and Azure's documentation for
//! what the signed links lead to. Where those leave something open it is a setting.

mod answering;
mod api;
mod azure_error;
mod blob_api;
mod blobs;
mod block_list;
mod breach;
mod control;
mod effects;
mod elsewhere;
mod fault;
mod lag;
mod list_query;
mod listing;
mod other_storage;
mod problem;
mod record;
mod route;
mod row;
mod sas;
mod settings;
mod state;

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use uuid::Uuid;

pub use breach::{Breach, BreachKind};
pub use elsewhere::{Backup, FileView, VersionView};
pub use fault::{Effect, Endpoint, Fault};
pub use lag::Lag;
pub use record::{Request, Summary};
pub use row::Author;
pub use sas::StorageAccount;
pub use settings::{Role, Settings};

use self::answering::{Service, lock};
use super::Clock;
use super::server::Server;

/// A running fake; dropping it stops it.
#[derive(Debug)]
pub struct FakeEvo {
    base_url: String,
    service: Arc<Service>,
    _server: Server,
}

impl FakeEvo {
    /// Starts one with all defaults, on a free port of this machine.
    pub async fn start() -> io::Result<Self> {
        Self::with().start()
    }

    /// Settings to begin with; see [`Settings`].
    pub fn with() -> Settings {
        Settings::default()
    }

    /// Address of the API: what comes before `/file/v2`.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The organisation that there is.
    pub fn organisation_id(&self) -> Uuid {
        self.service.organisation
    }

    /// The workspace that there is.
    pub fn workspace_id(&self) -> Uuid {
        self.service.workspace
    }

    /// The token that was good at the start.
    pub fn token(&self) -> &str {
        &self.service.settings.token
    }

    /// Makes another token the good one; none: no token is good.
    pub fn set_token(&self, token: Option<&str>) {
        self.service.set_token(token.map(str::to_owned));
    }

    /// The service's clock. Links, filters, lags and times go by it.
    pub fn clock(&self) -> &Clock {
        &self.service.settings.clock
    }

    /// The account whose links it hands out.
    pub fn storage(&self) -> &StorageAccount {
        &self.service.account
    }

    /// The files that are there, by path.
    pub fn files(&self) -> Vec<FileView> {
        self.service.views(false)
    }

    /// The files that were deleted, by path.
    pub fn deleted_files(&self) -> Vec<FileView> {
        self.service.views(true)
    }

    /// What is at a path.
    pub fn content(&self, path: &str) -> Option<Bytes> {
        self.service.content(path)
    }

    /// Every version of the file at a path, or of the one deleted there last; oldest first.
    pub fn versions(&self, path: &str) -> Vec<VersionView> {
        self.service.version_views(path)
    }

    /// Every content that can still be had from the service, old versions and deleted files included.
    pub fn all_contents(&self) -> Vec<Bytes> {
        self.service.all_contents()
    }

    /// Somebody else makes or changes a file; any path goes, also one that the API would refuse. Returns the version.
    pub fn put_file(&self, path: &str, content: impl Into<Bytes>) -> u64 {
        self.service.put_elsewhere(path, content.into().into())
    }

    /// Somebody else deletes a file. False when none is there.
    pub fn delete(&self, path: &str) -> bool {
        self.service.delete_elsewhere(path)
    }

    /// Somebody else brings back the file deleted last at a path. Returns where it is now.
    pub fn restore(&self, path: &str) -> Option<String> {
        self.service.restore_elsewhere(path)
    }

    /// Ends all processing of contents: they can be seen.
    pub fn finish_processing(&self) {
        self.service.state().finish_processing(self.clock().now());
    }

    /// Blocks that are staged for a version.
    pub fn staged_blocks(&self, file: Uuid, version: u64) -> usize {
        self.service.state().blobs.staged((file, version))
    }

    /// Everything as it is now, for [`FakeEvo::roll_back`].
    pub fn backup(&self) -> Backup {
        Backup(self.service.state().clone())
    }

    /// Makes everything as it was, as a provider does that restores a backup.
    pub fn roll_back(&self, backup: &Backup) {
        *self.service.state() = backup.0.clone();
    }

    /// Adds a fault.
    pub fn inject(&self, fault: Fault) {
        lock(&self.service.faults).add(fault);
    }

    /// Removes all faults.
    pub fn heal(&self) {
        lock(&self.service.faults).set(Vec::new());
    }

    /// How often each fault happened, in the order they were added.
    pub fn faults_fired(&self) -> Vec<u64> {
        lock(&self.service.faults).fired()
    }

    /// Every request so far, in the order of their answers.
    pub fn requests(&self) -> Vec<Request> {
        self.service.record.requests()
    }

    /// Counts of the requests so far.
    pub fn summary(&self) -> Summary {
        self.service.record.summary()
    }

    /// Forgets the requests so far; breaches are never forgotten.
    pub fn forget_requests(&self) {
        self.service.record.forget_requests();
    }

    /// Every breach of the contract so far.
    pub fn breaches(&self) -> Vec<Breach> {
        self.service.record.breaches()
    }
}
