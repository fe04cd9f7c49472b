//! Kognitos, files of an organization: <https://docs.kognitos.com/guides/api-reference/files>.
//!
//! Files by id, immutable, without paths, digests, versions or a listing: who has lost an id never finds its file again.
//! So the pair's own manifest says which path is which id, and this adapter only makes, fetches, looks at and deletes
//! single files. Moving, and making folders, happens in the manifest and asks nothing here. An upload makes a new file
//! and leaves the one that it replaces, which is deleted by whoever has recorded the new id first.
//!
//! Requests, the fewest that there can be: a new file or an edit takes one (an edit one more, to delete what was
//! replaced; an answer that doesn't say how much arrived one more, to ask); a file up to 8 MiB takes one to fetch, a
//! larger one a request for a link and one for every 8 MiB; a file that this process hasn't looked at yet one more. Of N
//! unchanged files each has to be asked for alone, N requests: nothing else tells that one was deleted. A check takes one,
//! and more where the token may not ask for its organizations: for files.
//!
//! What came of an upload is known unless its error is `Network`, `Timeout` or `Unavailable`: then a file may have been
//! made that nobody can find. Before the content was sealed that can't be, as its last byte hasn't left. The size is all
//! that can be verified; a file that arrived with another one is deleted again.
//!
//! `files:generateUploadUrl` isn't used: the page doesn't say how what is sent there becomes a file.

mod api;
mod download;
mod error;
mod organizations;
mod seen;
mod upload;
mod wire;

use std::sync::Arc;

use async_trait::async_trait;
use tidemark_core::names::NameRules;
use tidemark_core::node::{Kind, Remote, RemoteId, Revision};
use tidemark_core::path::RelPath;

use crate::capabilities::{Capabilities, ConditionalWrite, Folders, Listing, Parallelism};
use crate::error::{ErrorKind, ProviderError, Result};
use crate::http::address::BaseUrl;
use crate::http::shown::shown;
use crate::http::{Credential, Http};
use crate::provider::{
    AccountInfo, ChangePage, Cursor, Provider, RemoteRef, RemoteVersion, Sink, Upload, Uploaded, VersionId,
};
use crate::settings::{AccountSettings, ProviderSpec, SettingSpec};
use api::Api;
use seen::{Seen, SeenFile};

const SECRET: &str = "personal access token";

/// What the registry lists.
pub fn spec() -> ProviderSpec {
    ProviderSpec {
        name: "kognitos",
        title: "Kognitos, files of an organization",
        settings: &[
            SettingSpec {
                key: "base_url",
                what: "address of the service, the part before /api/v1",
                required: true,
            },
            SettingSpec { key: "organization_id", what: "id of the organization", required: true },
        ],
        pair_settings: &[],
        choices: Some(organizations::choices),
        create: None,
        share: None,
        sign_in: None,
        secret: Some(SECRET),
        remote: "a label: files there have no paths, the pair's own manifest holds them",
        capabilities,
        open,
    }
}

fn capabilities() -> Capabilities {
    Capabilities {
        listing: Listing::None,
        page_size: None,
        change_feed: false,
        deleted_listing: false,
        stable_ids: true,
        revision: "file id",
        weak_revision: false,
        digest: None,
        hash_on_request: false,
        conditional_write: ConditionalWrite::LookBefore,
        mutable_content: false,
        moves_files: true,
        moves_folders: true,
        folders: Folders::Implied,
        empty_files: true,
        versions: false,
        restore: false,
        repeatable_upload: false,
        resumable_upload: false,
        ranged_download: true,
        signed_links: true,
        eventual_consistency: None,
        write_only_items: false,
        max_size: None,
        names: NameRules::default(),
        parallelism: Parallelism { start: 8, max: 32 },
    }
}

/// The root is a label of the manifest's; nothing here goes by it.
fn open(settings: &AccountSettings, _root: &str) -> Result<Arc<dyn Provider>> {
    let organization = settings.require("organization_id")?.trim();
    let organization = organization.strip_prefix("organizations/").unwrap_or(organization);
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if organization.is_empty() || !organization.bytes().all(is_plain) {
        let why = "the setting \"organization_id\" isn't an id";
        return Err(ProviderError::permanent(ErrorKind::Settings, why));
    }
    let api = Api::new(http(settings)?, organization);
    let organization = organization.to_owned();
    Ok(Arc::new(Kognitos { api, organization, seen: Seen::default(), capabilities: capabilities() }))
}

fn http(settings: &AccountSettings) -> Result<Http> {
    let base = BaseUrl::from_settings(settings, "base_url")?.without("/api/v1");
    Ok(Http::new(base, Credential::bearer(settings.require_secret(SECRET)?)?))
}

/// The files of one organization.
struct Kognitos {
    api: Api,
    organization: String,
    seen: Seen,
    capabilities: Capabilities,
}

#[async_trait]
impl Provider for Kognitos {
    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn requests(&self) -> u64 {
        self.api.http.requests()
    }

    /// Proves the token and that it sees the organization. Whether it may write shows with the first write.
    async fn check(&self) -> Result<AccountInfo> {
        organizations::check(self).await
    }

    async fn changes(&self, _since: Option<&Cursor>) -> Result<ChangePage> {
        Err(unsupported("listing the files of the organization", "the service has no list of its files"))
    }

    /// Without an id nothing can be asked for, and nothing can be there.
    async fn stat(&self, item: &RemoteRef) -> Result<Option<Remote>> {
        let Some(id) = known_id(item) else { return Ok(None) };
        let what = format!("asking for {}", named(&item.path));
        Ok(self.look(id, &what).await?.map(|file| remote(id, &file)))
    }

    async fn download(
        &self,
        item: &RemoteRef,
        version: Option<&VersionId>,
        into: &dyn Sink,
    ) -> Result<Remote> {
        let what = format!("fetching {}", named(&item.path));
        let id = require_id(item, &what)?;
        if version.is_some_and(|version| version.0 != id) {
            return Err(unsupported(&what, "the service keeps no old versions"));
        }
        download::download(self, id, &what, into).await
    }

    /// Makes a new file, whatever there was before.
    async fn upload(&self, upload: Upload<'_>) -> Result<Uploaded> {
        upload::upload(self, &upload).await
    }

    async fn create_folder(&self, _at: &RelPath) -> Result<Remote> {
        Ok(folder())
    }

    async fn relocate(&self, item: &RemoteRef, _to: &RelPath, if_revision: &Revision) -> Result<Remote> {
        let Some(id) = known_id(item) else { return Ok(folder()) };
        at_revision(id, if_revision, &format!("moving {}", named(&item.path)))?;
        Ok(remote(id, &self.seen.get(id).unwrap_or_default()))
    }

    async fn delete(&self, item: &RemoteRef, kind: Kind, if_revision: &Revision) -> Result<()> {
        if kind == Kind::Folder {
            return Ok(());
        }
        let what = format!("deleting {}", named(&item.path));
        let id = require_id(item, &what)?;
        at_revision(id, if_revision, &what)?;
        self.seen.forget(id);
        self.api.delete(id, &what).await
    }

    async fn versions(&self, _item: &RemoteRef) -> Result<Vec<RemoteVersion>> {
        Ok(Vec::new())
    }

    async fn restore(&self, item: &RemoteRef, _version: &VersionId) -> Result<(RelPath, Remote)> {
        let what = format!("restoring {}", named(&item.path));
        Err(unsupported(&what, "the service keeps neither old versions nor deleted files"))
    }
}

impl Kognitos {
    /// The file as the service has it; `None` when the service says that there is none.
    async fn look(&self, id: &str, what: &str) -> Result<Option<SeenFile>> {
        let Some(metadata) = self.api.metadata(id, what).await? else {
            self.seen.forget(id);
            return Ok(None);
        };
        let file = SeenFile { size: metadata.size_bytes, created_ns: metadata.create_time };
        self.seen.put(id, file);
        Ok(Some(file))
    }
}

fn remote(id: &str, file: &SeenFile) -> Remote {
    Remote {
        kind: Kind::File,
        id: RemoteId(id.into()),
        revision: Revision(id.into()),
        size: file.size,
        modified_ns: file.created_ns,
        hash: None,
        write_only: false,
    }
}

/// A folder is a part of paths, and those are the manifest's.
fn folder() -> Remote {
    Remote {
        kind: Kind::Folder,
        id: RemoteId("".into()),
        revision: Revision("".into()),
        size: None,
        modified_ns: None,
        hash: None,
        write_only: false,
    }
}

/// The file's id; folders carry an empty one.
fn known_id(item: &RemoteRef) -> Option<&str> {
    item.id.as_ref().map(|id| &*id.0).filter(|id| !id.is_empty())
}

fn require_id<'a>(item: &'a RemoteRef, what: &str) -> Result<&'a str> {
    known_id(item).ok_or_else(|| {
        let why = "the manifest has no file of that path, and the service can't be asked for one";
        ProviderError::permanent(ErrorKind::NotFound, format!("{what}: {why}"))
    })
}

/// A file's content never changes, so its id is its revision.
fn at_revision(id: &str, expected: &Revision, what: &str) -> Result<()> {
    if *expected.0 == *id {
        return Ok(());
    }
    let why = "another file has taken its place by now";
    Err(ProviderError::permanent(ErrorKind::RevisionMismatch, format!("{what}: {why}")))
}

/// The path as errors name it.
fn named(path: &RelPath) -> String {
    format!("\"{}\"", shown(path.as_str(), 300))
}

fn unsupported(what: &str, why: &str) -> ProviderError {
    ProviderError::permanent(ErrorKind::Unsupported, format!("{what}: {why}"))
}

#[cfg(test)]
mod tests;
