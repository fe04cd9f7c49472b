//! Another folder of this computer, a mounted drive, a network share: with a history of what is replaced or deleted
//! there.
//!
//! The account's path is the root of a [`FolderDisk`]; a pair's REMOTE is a folder below it. Old versions lie in the
//! kept store `.tidemark` in the account's path, which is there only while it holds something.
//!
//! An item's id is its inode: it stays when the item is moved, and when the drive comes back under another device
//! number. A revision is made of size, times and inode; a write is conditional by exchange: what falls out is looked at.

mod error;
mod read;
mod revision;
mod walk;
mod write;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use tidemark_core::names::NameRules;
use tidemark_core::node::{ContentHash, Kind, LocalStamp, Remote, Revision};
use tidemark_core::path::RelPath;
use tidemark_disk::disk::KeepNote;
use tidemark_disk::{Disk, DiskErrorKind, FolderDisk, space};

use crate::capabilities::{Capabilities, ConditionalWrite, Folders, Listing, Parallelism};
use crate::error::{ErrorKind, ProviderError, Result};
use crate::http::shown::shown;
use crate::provider::{
    AccountInfo, ChangePage, Cursor, Provider, RemoteRef, RemoteVersion, Sink, Upload, Uploaded, VersionId,
};
use crate::settings::{AccountSettings, ProviderSpec, SettingSpec};
use revision::{remote_of, revision_of};
use walk::Walks;
use write::Durability;

/// The provider `folder`.
pub fn spec() -> ProviderSpec {
    ProviderSpec {
        name: "folder",
        title: "Another folder: on this computer, a mounted drive, a network share",
        settings: &[SettingSpec { key: "path", what: "the folder, as an absolute path", required: true }],
        pair_settings: &[],
        choices: None,
        create: None,
        share: None,
        sign_in: None,
        secret: None,
        remote: "a folder below it",
        capabilities,
        open,
    }
}

fn capabilities() -> Capabilities {
    Capabilities {
        listing: Listing::Full,
        page_size: Some(walk::PAGE_ENTRIES as u32),
        change_feed: false,
        deleted_listing: false,
        stable_ids: true,
        revision: "size, times and inode",
        weak_revision: false,
        digest: None,
        hash_on_request: true,
        conditional_write: ConditionalWrite::Native,
        mutable_content: true,
        moves_files: true,
        moves_folders: true,
        folders: Folders::Real,
        empty_files: true,
        versions: true,
        restore: true,
        repeatable_upload: true,
        resumable_upload: false,
        ranged_download: true,
        signed_links: false,
        eventual_consistency: None,
        write_only_items: false,
        max_size: None,
        names: NameRules::default(),
        parallelism: Parallelism { start: 128, max: 512 },
    }
}

fn open(settings: &AccountSettings, root: &str) -> Result<Arc<dyn Provider>> {
    let wrong = |why: String| ProviderError::permanent(ErrorKind::Settings, why);
    let path = PathBuf::from(settings.require("path")?);
    if !path.is_absolute() {
        return Err(wrong(format!(
            "the setting \"path\" must be a whole path that begins with /; \"{}\" isn't",
            shown(&path.to_string_lossy(), 200)
        )));
    }
    let root = RelPath::new(root.trim_matches('/'))
        .map_err(|why| wrong(format!("the folder \"{}\" can't be used: {why}", shown(root, 200))))?;
    let store = path.join(tidemark_core::path::OWN_FOLDER);
    let disk = FolderDisk::open(path.clone(), store).map_err(|error| wrong(error.sentence()))?;
    let capabilities = Capabilities { names: disk.name_rules(), ..capabilities() };
    let place = Arc::new(Place { disk, path, root });
    Ok(Arc::new(Folder { place, capabilities, walks: Walks::default(), durability: Durability::default() }))
}

struct Folder {
    place: Arc<Place>,
    capabilities: Capabilities,
    walks: Walks,
    durability: Durability,
}

/// The account's folder and the pair's folder in it.
struct Place {
    disk: FolderDisk,
    path: PathBuf,
    root: RelPath,
}

impl Folder {
    /// Runs what blocks on a thread where it may.
    async fn blocking<T: Send + 'static>(
        &self,
        call: impl FnOnce(&Place) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        blocking(&self.place, call).await
    }

    async fn durable(&self) -> Result<()> {
        self.durability.reach(&self.place).await
    }
}

async fn blocking<T: Send + 'static>(
    place: &Arc<Place>,
    call: impl FnOnce(&Place) -> Result<T> + Send + 'static,
) -> Result<T> {
    let place = Arc::clone(place);
    tokio::task::spawn_blocking(move || call(&place)).await.map_err(|error| {
        ProviderError::permanent(ErrorKind::Cancelled, "stopped while working on the folder").because(error)
    })?
}

impl Place {
    /// A path of the pair as one of the account's folder.
    fn at(&self, path: &RelPath) -> Result<RelPath> {
        path.below(&self.root).map_err(|why| {
            ProviderError::permanent(
                ErrorKind::InvalidName,
                format!("\"{path}\" can't be in \"{}\": {why}", self.root),
            )
        })
    }

    fn stat(&self, path: &RelPath) -> Result<Option<LocalStamp>> {
        let at = self.at(path)?;
        self.disk.stat(&at).map_err(|error| self.failed(error))
    }

    /// The stamp of what is there at this revision.
    fn stat_at(&self, path: &RelPath, revision: &Revision) -> Result<Option<LocalStamp>> {
        match self.stat(path)? {
            Some(stamp) if stamp.kind == Kind::File && revision_of(&stamp) != *revision => {
                Err(error::mismatch(path))
            }
            found => Ok(found),
        }
    }

    #[expect(clippy::disallowed_methods, reason = "a service dates what it keeps by its own clock")]
    fn note(&self, why: &str) -> KeepNote {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        KeepNote {
            now_ns: i64::try_from(now.as_nanos()).unwrap_or(i64::MAX),
            why: why.to_owned(),
            hash: None,
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.disk.remove_empty_store();
    }
}

#[async_trait]
impl Provider for Folder {
    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn requests(&self) -> u64 {
        0
    }

    async fn check(&self) -> Result<AccountInfo> {
        self.blocking(|place| {
            place.disk.root().map_err(|error| place.failed(error))?;
            let writable = place.disk.is_writable().map_err(|error| place.failed(error))?;
            let about = space::file_system(&place.path).map_or(String::new(), |system| {
                format!(" ({}, {} MB free)", system.kind, system.free_bytes / 1_000_000)
            });
            Ok(AccountInfo { summary: format!("{}{about}", place.path.display()), writable })
        })
        .await
    }

    async fn changes(&self, since: Option<&Cursor>) -> Result<ChangePage> {
        self.walks.page(&self.place, since).await
    }

    async fn stat(&self, item: &RemoteRef) -> Result<Option<Remote>> {
        let path = item.path.clone();
        self.blocking(move |place| Ok(place.stat(&path)?.map(|stamp| remote_of(&stamp)))).await
    }

    async fn download(
        &self,
        item: &RemoteRef,
        version: Option<&VersionId>,
        into: &dyn Sink,
    ) -> Result<Remote> {
        read::download(&self.place, item, version, into).await
    }

    async fn upload(&self, upload: Upload<'_>) -> Result<Uploaded> {
        write::upload(&self.place, &self.durability, upload).await
    }

    async fn create_folder(&self, at: &RelPath) -> Result<Remote> {
        let path = at.clone();
        let made = self.blocking(move |place| place.create_folder(&path)).await?;
        self.durable().await?;
        Ok(made)
    }

    async fn relocate(&self, item: &RemoteRef, to: &RelPath, if_revision: &Revision) -> Result<Remote> {
        let (path, to, revision) = (item.path.clone(), to.clone(), if_revision.clone());
        let moved = self.blocking(move |place| place.relocate(&path, &to, &revision)).await?;
        self.durable().await?;
        Ok(moved)
    }

    async fn delete(&self, item: &RemoteRef, kind: Kind, if_revision: &Revision) -> Result<()> {
        let (path, revision) = (item.path.clone(), if_revision.clone());
        self.blocking(move |place| place.delete(&path, kind, &revision)).await?;
        self.durable().await
    }

    async fn versions(&self, item: &RemoteRef) -> Result<Vec<RemoteVersion>> {
        let path = item.path.clone();
        self.blocking(move |place| place.versions(&path)).await
    }

    async fn restore(&self, item: &RemoteRef, version: &VersionId) -> Result<(RelPath, Remote)> {
        let (path, version) = (item.path.clone(), version.clone());
        let restored = self.blocking(move |place| place.restore(&path, &version)).await?;
        self.durable().await?;
        Ok((item.path.clone(), restored))
    }

    async fn content_hash(&self, item: &RemoteRef, revision: &Revision) -> Result<Option<ContentHash>> {
        let (path, revision) = (item.path.clone(), revision.clone());
        self.blocking(move |place| {
            let at = place.at(&path)?;
            match place.disk.hash(&at) {
                Ok((stamp, hash)) => Ok((revision_of(&stamp) == revision).then_some(hash)),
                Err(error) if matches!(error.kind, DiskErrorKind::Changed | DiskErrorKind::NotFound) => {
                    Ok(None)
                }
                Err(error) => Err(place.failed(error)),
            }
        })
        .await
    }
}

#[cfg(test)]
mod tests;
