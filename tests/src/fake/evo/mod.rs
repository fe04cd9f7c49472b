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
mod elsewhere;
mod endpoint;
mod lag;
mod list_query;
mod listing;
mod other_storage;
mod pages;
mod problem;
mod route;
mod row;
mod sas;
mod settings;
mod state;
mod workspaces;

use std::io;

use bytes::Bytes;
use uuid::Uuid;

pub use breach::BreachKind;
pub use elsewhere::{Backup, FileView, VersionView};
pub use endpoint::Endpoint;
pub use lag::Lag;
pub use row::Author;
pub use sas::StorageAccount;
pub use settings::Role;

use self::answering::Service;
use super::{Running, Setup};

/// A running fake; dropping it stops it.
pub type FakeEvo = Running<Service>;
/// A fake Evo that isn't started yet. Everything has a default.
pub type Settings = Setup<Service>;
/// Something that goes wrong, and when.
pub type Fault = super::Fault<Endpoint>;
/// What happens to a request.
pub type Effect = super::Effect;
/// A request that broke the contract; it was refused.
pub type Breach = super::Breach<BreachKind>;
/// A request that came.
pub type Request = super::Request<Endpoint>;
/// How many requests came.
pub type Summary = super::Summary<Endpoint>;

impl FakeEvo {
    /// Starts one with all defaults, on a free port of this machine.
    pub async fn start() -> io::Result<Self> {
        Self::with().start()
    }

    /// The organisation that there is.
    pub fn organisation_id(&self) -> Uuid {
        self.fake.organisation
    }

    /// The workspace that there is.
    pub fn workspace_id(&self) -> Uuid {
        self.fake.workspace
    }

    /// The account whose links it hands out.
    pub fn storage(&self) -> &StorageAccount {
        &self.fake.account
    }

    /// The files that are there, by path.
    pub fn files(&self) -> Vec<FileView> {
        self.fake.views(false)
    }

    /// The files that were deleted, by path.
    pub fn deleted_files(&self) -> Vec<FileView> {
        self.fake.views(true)
    }

    /// Every version of the file at a path, or of the one deleted there last; oldest first.
    pub fn versions(&self, path: &str) -> Vec<VersionView> {
        self.fake.version_views(path)
    }

    /// Every content that can still be had from the service, old versions and deleted files included.
    pub fn all_contents(&self) -> Vec<Bytes> {
        self.fake.all_contents()
    }

    /// Somebody else makes or changes a file; any path goes, also one that the API would refuse. Returns the version.
    pub fn put_file(&self, path: &str, content: impl Into<Bytes>) -> u64 {
        self.fake.put_version(path, content.into().into())
    }

    /// Somebody else brings back the file deleted last at a path. Returns where it is now.
    pub fn restore(&self, path: &str) -> Option<String> {
        self.fake.restore_elsewhere(path)
    }

    /// Ends all processing of contents: they can be seen.
    pub fn finish_processing(&self) {
        self.fake.state().finish_processing(self.clock().now());
    }

    /// Blocks that are staged for a version.
    pub fn staged_blocks(&self, file: Uuid, version: u64) -> usize {
        self.fake.state().blobs.staged((file, version))
    }

    /// Everything as it is now, for [`FakeEvo::roll_back`].
    pub fn backup(&self) -> Backup {
        Backup(self.fake.state().clone())
    }

    /// Makes everything as it was, as a provider does that restores a backup.
    pub fn roll_back(&self, backup: &Backup) {
        *self.fake.state() = backup.0.clone();
    }
}
