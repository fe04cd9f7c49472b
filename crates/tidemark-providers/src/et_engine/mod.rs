//! ExploreTech ET Engine, filesystems: <https://docs.exploretech.ai/et-engine-http/api/filesystems.html>.
//!
//! Files and real folders, by path; jobs work in the same filesystem. A listing of a directory has names alone, a file's
//! size takes a request of its own, and nothing tells one content from another of the same size: the size is the revision.
//! There are no digests, no versions, no conditional writes, no moves; contents travel in parts, both ways.
//!
//! Requests, the fewest that this API allows: a full look at N files in D folders takes N + D, the pair's root counted,
//! and one more where that isn't the filesystem's root, as what isn't there lists like an empty folder. That is also what
//! N unchanged files take: there is no other way to learn of a change. Sending a file takes 4 and one for each 8 MiB
//! begun: begin, parts, a look at what it replaces, complete, a look at what arrived; one more, an early look, where there
//! are several parts. Fetching takes 2 and one a part: the size before, and after. Deleting a file takes 3: what it is, its
//! size, the deletion; a folder 5: what it is and what is in it, both twice, the deletion.
//!
//! A content of several parts that is replaced by another one of the same size while it is fetched can't be told from
//! either. Comparing contents, the pair's `verify`, finds it.

mod api;
mod download;
mod empty;
mod error;
mod filesystems;
mod folders;
mod listing;
mod session;
mod unfinished;
mod upload;
mod wire;

use std::sync::Arc;

use async_trait::async_trait;
use reqwest::header::AUTHORIZATION;
use tidemark_core::names::NameRules;
use tidemark_core::node::{Kind, Remote, RemoteId, Revision};
use tidemark_core::path::{MAX_NAME_BYTES, RelPath};

use crate::capabilities::{Capabilities, ConditionalWrite, Folders, Listing, Parallelism};
use crate::error::{ErrorKind, ProviderError, Result};
use crate::http::address::BaseUrl;
use crate::http::fault::nonsense;
use crate::http::shown::shown;
use crate::http::{Credential, Http};
use crate::provider::{
    AccountInfo, ChangePage, Cursor, Provider, RemoteRef, RemoteVersion, Sink, Upload, Uploaded, VersionId,
};
use crate::settings::{AccountSettings, ProviderSpec, Secret, SettingSpec};
use api::Api;
use empty::EmptyFiles;
use error::Denied;
use listing::Listings;

const SECRET: &str = "API key";

/// What the registry lists.
pub fn spec() -> ProviderSpec {
    ProviderSpec {
        name: "et-engine",
        title: "ExploreTech ET Engine, a filesystem",
        settings: &[
            SettingSpec {
                key: "base_url",
                what: "address of the API, the part before /filesystems",
                required: true,
            },
            SettingSpec { key: "filesystem_id", what: "id of the filesystem", required: true },
        ],
        pair_settings: &[],
        choices: Some(filesystems::choices),
        create: Some(filesystems::create),
        share: Some(filesystems::share),
        sign_in: None,
        secret: Some(SECRET),
        remote: "a directory path in the filesystem",
        capabilities: || capabilities(false),
        open,
    }
}

fn capabilities(empty_files: bool) -> Capabilities {
    Capabilities {
        listing: Listing::PerDirectory,
        page_size: None,
        change_feed: false,
        deleted_listing: false,
        stable_ids: false,
        revision: "size",
        weak_revision: true,
        digest: None,
        hash_on_request: false,
        conditional_write: ConditionalWrite::LookBefore,
        mutable_content: true,
        moves_files: false,
        moves_folders: false,
        folders: Folders::Real,
        empty_files,
        versions: false,
        restore: false,
        repeatable_upload: true,
        resumable_upload: true,
        ranged_download: true,
        signed_links: false,
        eventual_consistency: None,
        write_only_items: false,
        max_size: None,
        names: NameRules {
            no_control: true,
            max_name_bytes: MAX_NAME_BYTES - unfinished::SUFFIX_BYTES,
            ..NameRules::default()
        },
        parallelism: Parallelism { start: 8, max: 32 },
    }
}

fn open(settings: &AccountSettings, root: &str) -> Result<Arc<dyn Provider>> {
    let http = connect(settings)?;
    let filesystem = filesystem(settings)?;
    let root = RelPath::new(root.trim_matches('/')).map_err(|why| {
        wrong(format!("the folder \"{}\" in the filesystem can't be used: {why}", shown(root, 200)))
    })?;
    Ok(Arc::new(EtEngine {
        api: Api::new(http, &filesystem),
        filesystem,
        root,
        listings: Listings::default(),
        empty_files: EmptyFiles::new(capabilities),
    }))
}

fn connect(settings: &AccountSettings) -> Result<Http> {
    let base = BaseUrl::from_settings(settings, "base_url")?.without("/filesystems");
    let key = Secret::new(settings.require_secret(SECRET)?.expose().trim());
    Ok(Http::new(base, Credential::header(AUTHORIZATION, &key)?))
}

/// The id of the filesystem that the account is set to.
fn filesystem(settings: &AccountSettings) -> Result<String> {
    let filesystem = settings.require("filesystem_id")?.trim();
    match is_id(filesystem) {
        true => Ok(filesystem.to_owned()),
        false => {
            Err(wrong("the setting \"filesystem_id\" isn't an id; `account show` lists the filesystems"))
        }
    }
}

fn is_id(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

fn wrong(why: impl Into<String>) -> ProviderError {
    ProviderError::permanent(ErrorKind::Settings, why)
}

/// One folder of one filesystem.
struct EtEngine {
    api: Api,
    filesystem: String,
    root: RelPath,
    listings: Listings,
    empty_files: EmptyFiles,
}

/// What is at a path.
enum There {
    Nothing,
    Folder,
    /// A file of so many bytes.
    File(u64),
}

impl EtEngine {
    /// The path from the filesystem's root.
    fn full(&self, path: &RelPath) -> Result<RelPath> {
        path.below(&self.root).map_err(|why| {
            ProviderError::permanent(ErrorKind::InvalidName, format!("{}: {why}", self.named(path)))
        })
    }

    /// The path as errors name it.
    fn named(&self, path: &RelPath) -> String {
        let path = if path.is_root() { &self.root } else { path };
        format!("\"{}\"", shown(path.as_str(), 300))
    }

    /// What is at a whole path, by the list of its folder and its own size, which have to agree.
    async fn look(&self, full: &RelPath, what: &str) -> Result<There> {
        let Some(parent) = full.parent() else { return Ok(There::Folder) };
        let names = self.api.list(&parent, what).await.map_err(Denied::into_error)?;
        if names.directories.iter().any(|name| name == full.name()) {
            return Ok(There::Folder);
        }
        let is_listed = names.files.iter().any(|name| name == full.name());
        match self.api.size(full, what).await {
            Ok(size) if is_listed => Ok(There::File(size)),
            Err(Denied::Absent(_)) if !is_listed => Ok(There::Nothing),
            Ok(_) | Err(Denied::Absent(_)) => {
                Err(nonsense(what, "the service lists it and doesn't have it, or the other way round"))
            }
            Err(denied) => Err(denied.into_error()),
        }
    }
}

/// A file as the engine knows it.
fn file(path: &RelPath, size: u64) -> Remote {
    Remote {
        kind: Kind::File,
        id: RemoteId(path.as_str().into()),
        revision: revision(size),
        size: Some(size),
        modified_ns: None,
        hash: None,
        write_only: false,
    }
}

/// A folder as the engine knows it.
fn folder(path: &RelPath) -> Remote {
    Remote { kind: Kind::Folder, revision: Revision("".into()), size: None, ..file(path, 0) }
}

fn revision(size: u64) -> Revision {
    Revision(size.to_string().into())
}

fn mismatch(what: &str, why: &str) -> ProviderError {
    ProviderError::permanent(ErrorKind::RevisionMismatch, format!("{what}: {why}"))
}

#[async_trait]
impl Provider for EtEngine {
    fn capabilities(&self) -> &Capabilities {
        self.empty_files.capabilities()
    }

    fn requests(&self) -> u64 {
        self.api.http.requests()
    }

    async fn check(&self) -> Result<AccountInfo> {
        let host = self.api.http.base().host();
        let what = format!("asking {host} for the filesystems");
        let found = api::filesystems(&self.api.http, &what).await?;
        let Some(ours) = found.iter().find(|found| found.filesystem_id == self.filesystem) else {
            return Err(wrong(format!(
                "this account has no filesystem {} at {host}; `account show` lists those that it has",
                self.filesystem
            )));
        };
        let folder = match self.root.is_root() {
            true => String::new(),
            false => format!(", folder {}", self.named(&self.root)),
        };
        let name = shown(&ours.filesystem_name, 100);
        let summary = format!("filesystem \"{name}\" ({}) at {host}{folder}", self.filesystem);
        Ok(AccountInfo { summary, writable: true })
    }

    async fn changes(&self, since: Option<&Cursor>) -> Result<ChangePage> {
        self.listings.page(self, since).await
    }

    async fn stat(&self, item: &RemoteRef) -> Result<Option<Remote>> {
        let what = format!("asking for {}", self.named(&item.path));
        Ok(match self.look(&self.full(&item.path)?, &what).await? {
            There::Nothing => None,
            There::Folder => Some(folder(&item.path)),
            There::File(size) => Some(file(&item.path, size)),
        })
    }

    async fn download(
        &self,
        item: &RemoteRef,
        version: Option<&VersionId>,
        into: &dyn Sink,
    ) -> Result<Remote> {
        let what = format!("fetching {}", self.named(&item.path));
        match version {
            None => download::download(self, &item.path, into, &what).await,
            Some(_) => Err(unsupported(&what, "the service keeps no versions")),
        }
    }

    async fn upload(&self, upload: Upload<'_>) -> Result<Uploaded> {
        upload::upload(self, &upload).await
    }

    async fn create_folder(&self, at: &RelPath) -> Result<Remote> {
        let what = format!("making the folder {}", self.named(at));
        folders::make(self, &self.full(at)?, &what).await?;
        Ok(folder(at))
    }

    async fn relocate(&self, item: &RemoteRef, _to: &RelPath, _if_revision: &Revision) -> Result<Remote> {
        let what = format!("moving {}", self.named(&item.path));
        Err(unsupported(&what, "the service moves nothing"))
    }

    async fn delete(&self, item: &RemoteRef, kind: Kind, if_revision: &Revision) -> Result<()> {
        let what = format!("deleting {}", self.named(&item.path));
        let full = self.full(&item.path)?;
        match kind {
            Kind::File => folders::delete_file(self, &full, if_revision, &what).await,
            Kind::Folder => folders::delete_folder(self, &full, &what).await,
        }
    }

    async fn versions(&self, _item: &RemoteRef) -> Result<Vec<RemoteVersion>> {
        Ok(Vec::new())
    }

    async fn restore(&self, item: &RemoteRef, _version: &VersionId) -> Result<(RelPath, Remote)> {
        let what = format!("restoring {}", self.named(&item.path));
        Err(unsupported(&what, "the service keeps no versions"))
    }
}

fn unsupported(what: &str, why: &str) -> ProviderError {
    ProviderError::permanent(ErrorKind::Unsupported, format!("{what}: {why}"))
}

#[cfg(test)]
mod tests;
