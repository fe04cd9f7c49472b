//! Seequent Evo, File API v2: <https://developer.seequent.com>, "File API".
//!
//! Files of a workspace, by id and by path; folders follow from paths. Each content is a version with an id that only
//! grows. The API has no digests: what was received is verified by its length, and by `Content-MD5` where the storage
//! sends it. Contents travel over signed links to a block storage. Deleting is soft. There is no renaming and no
//! conditional write.

mod api;
mod attempts;
mod choices;
mod clock;
mod deleted;
mod error;
mod history;
mod items;
mod large;
mod listing;
mod setting_keys;
mod signing_in;
mod upload;
mod whole;
mod wire;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use async_trait::async_trait;
use tidemark_core::names::NameRules;
use tidemark_core::node::{Kind, Remote, RemoteId, Revision};
use tidemark_core::path::RelPath;

use crate::capabilities::{Capabilities, ConditionalWrite, Folders, Listing, Parallelism};
use crate::error::{ErrorKind, ProviderError, Result};
use crate::http::Http;
use crate::http::address::{BaseUrl, Link};
use crate::http::download::{Download, Source};
use crate::http::shown::shown;
use crate::provider::{
    AccountInfo, ChangePage, Cursor, Provider, RemoteRef, RemoteVersion, Sink, Upload, Uploaded, VersionId,
};
use crate::settings::{AccountSettings, ProviderSpec};
use api::{Api, Restored, Target};
use attempts::Attempts;
use error::Absence;
use items::known_id;
use listing::Listings;
use setting_keys::SETTINGS;

/// What the registry lists.
pub fn spec() -> ProviderSpec {
    ProviderSpec {
        name: "evo",
        title: "Seequent Evo, files of a workspace",
        settings: &SETTINGS,
        pair_settings: &[],
        choices: Some(choices::choices),
        create: None,
        share: None,
        sign_in: Some(signing_in::sign_in),
        secret: Some(signing_in::SECRET),
        remote: "a folder path in the workspace",
        capabilities,
        open,
    }
}

fn capabilities() -> Capabilities {
    Capabilities {
        listing: Listing::Full,
        page_size: Some(listing::PAGE as u32),
        change_feed: true,
        deleted_listing: true,
        stable_ids: true,
        revision: "version_id",
        weak_revision: false,
        digest: None,
        hash_on_request: false,
        conditional_write: ConditionalWrite::DetectAfter,
        mutable_content: true,
        moves_files: false,
        moves_folders: false,
        folders: Folders::Implied,
        empty_files: true,
        versions: true,
        restore: true,
        repeatable_upload: true,
        resumable_upload: true,
        ranged_download: true,
        signed_links: true,
        eventual_consistency: Some(Duration::from_secs(600)),
        write_only_items: false,
        max_size: None,
        names: NameRules::default(),
        parallelism: Parallelism { start: 16, max: 64 },
    }
}

fn open(settings: &AccountSettings, root: &str) -> Result<Arc<dyn Provider>> {
    let base = BaseUrl::from_settings(settings, "base_url")?.without("/file/v2");
    let organisation = identifier(settings, "organisation_id")?;
    let workspace = identifier(settings, "workspace_id")?;
    let root = RelPath::new(root.trim_matches('/')).map_err(|why| {
        wrong(format!("the folder \"{}\" in the workspace can't be used: {why}", shown(root, 200)))
    })?;
    let credential = signing_in::credential(settings)?;
    Ok(Arc::new(Evo {
        listings: Listings::new(&workspace, &root),
        api: Api::new(Http::new(base, credential), &organisation, &workspace),
        attempts: Attempts::default(),
        no_blocks: AtomicBool::new(false),
        capabilities: capabilities(),
        workspace,
        root,
    }))
}

fn identifier(settings: &AccountSettings, key: &str) -> Result<String> {
    let text = settings.require(key)?.trim();
    let is_plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if is_plain { Ok(text.to_owned()) } else { Err(wrong(format!("the setting \"{key}\" isn't an id"))) }
}

fn wrong(why: impl Into<String>) -> ProviderError {
    ProviderError::permanent(ErrorKind::Settings, why)
}

/// One folder of one workspace.
struct Evo {
    api: Api,
    workspace: String,
    root: RelPath,
    listings: Listings,
    attempts: Attempts,
    /// The storage doesn't put blocks together.
    no_blocks: AtomicBool,
    capabilities: Capabilities,
}

#[async_trait]
impl Provider for Evo {
    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn requests(&self) -> u64 {
        self.api.http.requests()
    }

    async fn check(&self) -> Result<AccountInfo> {
        let host = self.api.http.base().host();
        let what = format!("asking {host} for the workspace");
        match self.api.list("limit=1&offset=0", &what).await {
            Ok(_) => {
                let folder = if self.root.is_root() {
                    String::new()
                } else {
                    format!(", folder {}", self.named(&self.root))
                };
                let summary = format!("workspace {} at {host}{folder}", self.workspace);
                Ok(AccountInfo { summary, writable: true })
            }
            Err(mut error) if error.kind == ErrorKind::NotFound => {
                error.context = format!(
                    "{}; are base_url, organisation_id and workspace_id right, and may this account see the workspace?",
                    error.context
                );
                Err(error)
            }
            Err(error) => Err(error),
        }
    }

    async fn changes(&self, since: Option<&Cursor>) -> Result<ChangePage> {
        self.listings.page(&self.api, since).await
    }

    async fn stat(&self, item: &RemoteRef) -> Result<Option<Remote>> {
        if item.id.as_ref().is_some_and(|id| id.0.is_empty()) {
            // A folder: it isn't kept anywhere, so nothing can be asked for.
            return Ok(None);
        }
        let what = format!("asking for {}", self.named(&item.path));
        let mut found = self.get(item, "", &what).await;
        if item.id.is_some() && found.as_ref().is_ok_and(|file| !self.is_at(file, &item.path)) {
            // The item is elsewhere now, or the service writes paths in a way of its own: the path itself decides.
            found = self.get(&RemoteRef { id: None, path: item.path.clone() }, "", &what).await;
        }
        match found {
            Ok(file) => Ok(file.deleted_at.is_none().then(|| listing::remote(&file))),
            Err(Absence::Gone(_)) => Ok(None),
            Err(Absence::Other(error)) => Err(error),
        }
    }

    /// The length is verified, and a small content's digest where the storage has one; the API knows none.
    async fn download(
        &self,
        item: &RemoteRef,
        version: Option<&VersionId>,
        into: &dyn Sink,
    ) -> Result<Remote> {
        let what = format!("fetching {}", self.named(&item.path));
        let file = match version {
            Some(version) => self.get_version(item, version, &what).await?,
            None => self.get(item, "", &what).await.map_err(Absence::into_error)?,
        };
        let Some(link) = &file.download else {
            return Err(crate::http::fault::nonsense(&what, "the service gave no link to the content"));
        };
        let link = Link::parse(link, self.api.http.base())?;
        let remote = listing::remote(&file);
        let missing = into.begin(&remote).await?;
        let download = Download {
            http: &self.api.http,
            from: Source::Link(&link),
            size: file.size,
            what: &what,
            refused: error::storage,
        };
        download.run(missing, into).await?;
        Ok(remote)
    }

    async fn upload(&self, upload: Upload<'_>) -> Result<Uploaded> {
        upload::upload(self, &upload).await
    }

    /// Folders follow from the paths of files: this one exists as soon as a file is in it.
    async fn create_folder(&self, _at: &RelPath) -> Result<Remote> {
        Ok(Remote {
            kind: Kind::Folder,
            id: RemoteId("".into()),
            revision: Revision("".into()),
            size: None,
            modified_ns: None,
            hash: None,
            write_only: false,
        })
    }

    async fn relocate(&self, item: &RemoteRef, _to: &RelPath, _if_revision: &Revision) -> Result<Remote> {
        let what = format!("moving {}", self.named(&item.path));
        Err(ProviderError::permanent(ErrorKind::Unsupported, format!("{what}: the service moves no files")))
    }

    async fn delete(&self, item: &RemoteRef, kind: Kind, if_revision: &Revision) -> Result<()> {
        if kind == Kind::Folder {
            return Ok(());
        }
        let what = format!("deleting {}", self.named(&item.path));
        let file = match self.get(item, "include_versions=true", &what).await {
            Ok(file) if file.deleted_at.is_none() => file,
            Ok(_) | Err(Absence::Gone(_)) => return Ok(()),
            Err(Absence::Other(error)) => return Err(error),
        };
        if *file.version_id != *if_revision.0 {
            return Err(ProviderError::permanent(
                ErrorKind::RevisionMismatch,
                format!("{what}: it has another version there by now"),
            ));
        }
        match self.api.delete(Target::Id(&file.file_id), &what).await {
            Ok(()) | Err(Absence::Gone(_)) => {
                let versions =
                    history::in_order(&file).into_iter().map(|version| version.version_id).collect();
                self.attempts.buried(&file.file_id, versions);
                Ok(())
            }
            Err(Absence::Other(error)) => Err(error),
        }
    }

    async fn versions(&self, item: &RemoteRef) -> Result<Vec<RemoteVersion>> {
        let file = self
            .with_history(item, &format!("asking for the versions of {}", self.named(&item.path)))
            .await?;
        let newest = if file.deleted_at.is_none() { file.version_id.as_str() } else { "" };
        let versions = history::in_order(&file);
        Ok(versions.iter().rev().map(|version| history::shown(version, newest)).collect())
    }

    /// Brings a deleted file back, with its newest version. An older version than that can't be made the newest by the
    /// service (`Unsupported`): it is to be fetched and sent as a new one, which works once the file is back.
    async fn restore(&self, item: &RemoteRef, version: &VersionId) -> Result<(RelPath, Remote)> {
        let what = format!("restoring {}", self.named(&item.path));
        let file = match self.get(item, "", &what).await {
            Ok(file) if file.deleted_at.is_none() => file,
            Err(Absence::Other(error)) => return Err(error),
            Ok(_) | Err(Absence::Gone(_)) => {
                let Some(id) = self.id_of_deleted(item, &what).await? else {
                    return Err(ProviderError::permanent(
                        ErrorKind::NotFound,
                        format!("{what}: no deleted file of that path is known to the service"),
                    ));
                };
                match self.api.restore(&id, &what).await? {
                    Restored::Elsewhere(Some(file)) if file.deleted_at.is_none() => *file,
                    Restored::InPlace | Restored::Elsewhere(_) => {
                        let item = RemoteRef { id: Some(RemoteId(id.into())), path: item.path.clone() };
                        self.after_restore(&item, &what).await?
                    }
                }
            }
        };
        if file.version_id != version.0 {
            return Err(ProviderError::permanent(
                ErrorKind::Unsupported,
                format!("{what}: the service makes no old version the newest"),
            ));
        }
        self.place(&file, &item.path, &what)
    }
}

#[cfg(test)]
mod tests;
