//! CoreData ECM, Files API v2 with blobs of v3: <https://docs.wise.is/cored/files-v2>.
//!
//! Files and folders have UUIDs that stay when they are renamed and moved. Each content has a snapshot id, and the
//! service replaces a content only where that is still the newest one. It names the MD5 of each content, which is
//! verified both ways. It shows no old versions. Contents come over signed links, and large ones go there.
//!
//! A project and a folder say themselves that they are there. A filespace has no address: one with nothing in it can't be
//! told from one that is gone, or that the account isn't shown, and is refused as a root. An empty list would be believed,
//! and everything here that was agreed on deleted.
//!
//! Requests, once a listing has brought the folders:
//!
//! - A listing: one for the folders and one for the files of each folder; in a project one for the folders of each, and
//!   one for all files. Each brings 500 at most. The API shows no other way to see what changed. What is unchanged costs
//!   nothing beyond that, but where a list lacks something of a file (one for that file) or changes while it is read (it
//!   is read again).
//! - A new file: two. One sends it; one brings its snapshot id and digest, which the first answer needn't have, and shows
//!   whether somebody else made one of that name at the same time. Above 8 MiB five: before it one looks whether the
//!   name is taken, one gets a link, and one sends the bytes there.
//! - An edit: one; above 8 MiB three, for link and bytes too.
//! - Where the service refuses such links, a large content goes without those two.
//! - A download: two, for a link and the content; one more for each further 8 MiB, and for a file without a digest.
//! - A deletion: two, and a move four: the API puts no condition on them, so what is there is looked at first.

mod api;
mod base;
mod create;
mod describe;
mod digest;
mod download;
mod error;
mod facts;
mod folders;
mod id;
mod labels;
mod listing;
mod lookup;
mod media_type;
mod names;
mod paging;
mod remove;
mod replace;
mod root;
mod send;
mod wire;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use async_trait::async_trait;
use reqwest::header::AUTHORIZATION;
use tidemark_core::names::NameRules;
use tidemark_core::node::{Kind, Remote, Revision};
use tidemark_core::path::RelPath;

use crate::capabilities::{Capabilities, ConditionalWrite, DigestKind, Folders, Listing, Parallelism};
use crate::error::{ErrorKind, ProviderError, Result};
use crate::http::Http;
use crate::http::address::BaseUrl;
use crate::http::credential::Credential;
use crate::http::shown::shown;
use crate::provider::{
    AccountInfo, ChangePage, Cursor, Provider, RemoteRef, RemoteVersion, Sink, Upload, Uploaded, VersionId,
};
use crate::settings::{AccountSettings, ProviderSpec, Secret, SettingSpec};
use api::Api;
use error::Absence;
use facts::Facts;
use id::Known;
use labels::Labels;
use listing::Listings;
use root::Root;
use wire::{File, folder_remote};

const SECRET: &str = "API key";

/// What the registry lists.
pub fn spec() -> ProviderSpec {
    ProviderSpec {
        name: "coredata",
        title: "CoreData ECM, files of a project, folder or filespace",
        settings: &[
            SettingSpec {
                key: "base_url",
                what: "address of the tenant, the part before /api/v2",
                required: true,
            },
            SettingSpec { key: "user", what: "the user that the API key belongs to", required: true },
        ],
        pair_settings: &[
            SettingSpec {
                key: "dynatype",
                what: "dynatype of new files, as Memo or Report",
                required: false,
            },
            SettingSpec { key: "tags", what: "tags of new files, separated by commas", required: false },
            SettingSpec {
                key: "contacts",
                what: "UUIDs of contacts of new files, separated by commas; takes a dynatype other than File",
                required: false,
            },
        ],
        choices: None,
        create: None,
        share: None,
        sign_in: None,
        secret: Some(SECRET),
        remote: "the UUID of a project, folder or filespace, with an optional path below it: UUID/Sub/Folder; a filespace \
                 must hold something",
        capabilities,
        open,
    }
}

fn capabilities() -> Capabilities {
    Capabilities {
        listing: Listing::Full,
        page_size: Some(paging::PAGE as u32),
        change_feed: false,
        deleted_listing: false,
        stable_ids: true,
        revision: "snapshot_id",
        weak_revision: false,
        digest: Some(DigestKind::Md5),
        hash_on_request: false,
        conditional_write: ConditionalWrite::Native,
        mutable_content: true,
        moves_files: true,
        moves_folders: false,
        folders: Folders::Real,
        empty_files: true,
        versions: false,
        restore: false,
        repeatable_upload: true,
        resumable_upload: false,
        ranged_download: true,
        signed_links: true,
        eventual_consistency: None,
        write_only_items: false,
        max_size: None,
        names: NameRules { no_control: true, ..NameRules::default() },
        parallelism: Parallelism { start: 8, max: 32 },
    }
}

fn open(settings: &AccountSettings, root: &str) -> Result<Arc<dyn Provider>> {
    let base = BaseUrl::from_settings(settings, "base_url")?.without("/api/v2");
    let user = settings.require("user")?.trim();
    if user.contains(':') {
        let why = "the setting \"user\" holds a colon, which CoreData takes for the end of the name";
        return Err(ProviderError::permanent(ErrorKind::Settings, why));
    }
    let root = Root::parse(root)?;
    let labels = Labels::of_settings(settings)?;
    let key = settings.require_secret(SECRET)?.expose().trim();
    let v2 = Credential::header(AUTHORIZATION, &Secret::new(format!("apikey {user}:{key}")))?;
    let v3 = Credential::header(AUTHORIZATION, &Secret::new(format!("apikey {key}")))?;
    Ok(Arc::new(CoreData {
        api: Api { http: Http::new(base, v2), v3 },
        user: user.to_owned(),
        root,
        labels,
        listings: Listings::default(),
        facts: Facts::default(),
        makes_no_folders: AtomicBool::new(false),
        gives_no_links: AtomicBool::new(false),
        capabilities: capabilities(),
    }))
}

/// One root of one tenant.
struct CoreData {
    api: Api,
    user: String,
    root: Root,
    /// Of new files.
    labels: Labels,
    listings: Listings,
    facts: Facts,
    /// The service has said that it makes no folders.
    makes_no_folders: AtomicBool,
    /// The service has refused a link to send a content over.
    gives_no_links: AtomicBool,
    capabilities: Capabilities,
}

impl CoreData {
    /// The path as errors name it.
    fn named(&self, path: &RelPath) -> String {
        format!("\"{}\"", shown(path.as_str(), 300))
    }

    /// True when the service says that the file is at this path, under a name that it may have here.
    async fn is_at(&self, file: &File, path: &RelPath, what: &str) -> Result<bool> {
        let name = file.filename.as_deref().unwrap_or_default();
        if file.is_in_trash() || !names::may_be(path.name(), name, &file.id) {
            return Ok(false);
        }
        let folder = path.parent().unwrap_or_else(RelPath::root);
        self.is_in(file, &folder, what).await
    }

    /// True when the file is in this folder of the pair.
    async fn is_in(&self, file: &File, folder: &RelPath, what: &str) -> Result<bool> {
        let base = self.base().await?;
        let Some(parent) = &file.parent else { return Ok(true) };
        if folder.is_root() {
            let parents = self.root.parents(&base);
            // Nothing was listed yet that would name the project's inner folder.
            let may_be_alias = base.is_project && parents.len() == 1 && !self.root.is_folder(parent);
            return Ok(parents.contains(parent) || may_be_alias);
        }
        Ok(self.folder_id(folder, what).await?.as_ref() == Some(parent))
    }

    /// The file at this path, asked for by its folder.
    async fn file_by_path(&self, path: &RelPath, what: &str) -> Result<Option<File>> {
        let folder = path.parent().unwrap_or_else(RelPath::root);
        let files = self.files_of(&folder, what).await?;
        let found = files.into_iter().find(|file| file.name == path.name()).map(|file| file.item);
        match found {
            Some(file) if !file.is_whole() => match self.api.file(&file.id, what).await {
                Ok(file) => Ok(Some(file)),
                Err(Absence::Gone(_)) => Ok(None),
                Err(Absence::Other(error)) => Err(error),
            },
            found => Ok(found),
        }
    }

    /// What is at this path, asked for by its folder.
    async fn item_by_path(&self, path: &RelPath, what: &str) -> Result<Option<Remote>> {
        if let Some(file) = self.file_by_path(path, what).await? {
            return Ok(file.remote());
        }
        self.root.forget(path);
        Ok(self.folder_id(path, what).await?.map(|id| folder_remote(&id)))
    }
}

#[async_trait]
impl Provider for CoreData {
    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn requests(&self) -> u64 {
        self.api.http.requests()
    }

    fn can_hold_a_pair(&self) -> Result<()> {
        self.root.needed().map(drop)
    }

    async fn check(&self) -> Result<AccountInfo> {
        let host = self.api.http.base().host();
        let mut summary = format!("{} at {host}", shown(&self.user, 100));
        if self.root.remote.is_some() {
            let base = self.base_anew().await?;
            let kind = if base.is_project { "project" } else { "folder" };
            summary.push_str(&format!(", {kind} \"{}\"", shown(&base.title, 200)));
        } else {
            self.api.any_file(&format!("asking {host} for files")).await?;
        }
        Ok(AccountInfo { summary, writable: true })
    }

    async fn changes(&self, since: Option<&Cursor>) -> Result<ChangePage> {
        self.listings.page(self, since).await
    }

    async fn stat(&self, item: &RemoteRef) -> Result<Option<Remote>> {
        let what = format!("asking for {}", self.named(&item.path));
        match item.id.as_ref().and_then(Known::of) {
            Some(Known::File(id)) => match self.api.file(&id, &what).await {
                Ok(file) if self.is_at(&file, &item.path, &what).await? => {
                    self.facts.learn(&file);
                    let nothing = || crate::http::fault::nonsense(&what, "the service gave no snapshot id");
                    file.remote().map(Some).ok_or_else(nothing)
                }
                // It is elsewhere now; something else may be here.
                Ok(_) => self.item_by_path(&item.path, &what).await,
                Err(Absence::Gone(_)) => Ok(None),
                Err(Absence::Other(error)) => Err(error),
            },
            Some(Known::Folder(_)) => {
                self.root.forget(&item.path);
                Ok(self.folder_id(&item.path, &what).await?.map(|id| folder_remote(&id)))
            }
            None => self.item_by_path(&item.path, &what).await,
        }
    }

    async fn download(
        &self,
        item: &RemoteRef,
        version: Option<&VersionId>,
        into: &dyn Sink,
    ) -> Result<Remote> {
        if version.is_some() {
            return Err(no_versions(&format!("fetching an old version of {}", self.named(&item.path))));
        }
        download::download(self, item, into).await
    }

    async fn upload(&self, upload: Upload<'_>) -> Result<Uploaded> {
        match upload.expects {
            Some(expects) => replace::replace(self, &upload, expects).await,
            None => create::create(self, &upload).await,
        }
    }

    async fn create_folder(&self, at: &RelPath) -> Result<Remote> {
        folders::create(self, at).await
    }

    async fn relocate(&self, item: &RemoteRef, to: &RelPath, if_revision: &Revision) -> Result<Remote> {
        describe::relocate(self, item, to, if_revision).await
    }

    async fn delete(&self, item: &RemoteRef, kind: Kind, if_revision: &Revision) -> Result<()> {
        match kind {
            Kind::File => remove::file(self, item, if_revision).await,
            Kind::Folder => remove::folder(self, item).await,
        }
    }

    async fn versions(&self, _item: &RemoteRef) -> Result<Vec<RemoteVersion>> {
        Ok(Vec::new())
    }

    async fn restore(&self, item: &RemoteRef, _version: &VersionId) -> Result<(RelPath, Remote)> {
        Err(no_versions(&format!("restoring {}", self.named(&item.path))))
    }
}

fn no_versions(what: &str) -> ProviderError {
    let why = format!("{what}: CoreData's API gives no old versions back");
    ProviderError::permanent(ErrorKind::Unsupported, why)
}
