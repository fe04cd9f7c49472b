//! Calyptia Core (Chronosphere Telemetry Pipeline), files of a core instance: <https://docs.calyptia.com>, "Cloud API".
//!
//! A flat list of small files, by id, with unique names. A listing brings every file's contents, in base64; there is
//! no other way to read one, and none to ask for one. Nothing is conditional, versioned or undeletable.
//!
//! **Revisions.** The contents come with each listing, so a content is its own revision: its BLAKE3. It is known after
//! a write without asking (the answer to a POST has no `updatedAt`, and nothing says that the times of answers and
//! listings have the same digits), stays when a file is renamed, and shows an edit made in the same tick of the
//! service's clock. What is encrypted has none that we could know: there it is `updatedAt`, as listings say it.
//!
//! **Encrypted files** come back as a ciphertext, which is never taken for a content. They can be written, renamed and
//! deleted. A PATCH of contents repeats the `encrypted` that the file has, one of a name leaves it out.
//!
//! **Requests.** A look at the service is `⌈files / page⌉` requests, nearly always one, and one more to see that
//! nothing moved where there are several pages. Listing and fetching N files: one look, as the contents are kept (64
//! MiB of them). N new files: N POSTs; encrypted, with the looks after them that tell their `updatedAt`. An edit, a
//! rename, a deletion: a PATCH or DELETE after a look, which is a listing that began after it was asked for and is
//! shared by all who asked before it began: 40 edits of a folder cost 40 PATCHes and about 12 looks. Fewer would be
//! writes without a look, as there is no condition to send with them.
//!
//! **Size.** A pipeline and all its files share a Kubernetes ConfigMap of 1 MiB. A file that is larger than that in
//! base64, in which it travels, or as a ciphertext in it, can't be put to use and isn't sent.

mod api;
mod error;
mod items;
mod listing;
mod looks;
mod removal;
mod rename;
mod snapshot;
mod upload;
mod wire;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use async_trait::async_trait;
use reqwest::header::HeaderName;
use tidemark_core::names::NameRules;
use tidemark_core::node::{Kind, Remote, Revision};
use tidemark_core::path::RelPath;

use crate::capabilities::{Capabilities, ConditionalWrite, Folders, Listing, Parallelism};
use crate::error::{ErrorKind, ProviderError, Result};
use crate::http::address::BaseUrl;
use crate::http::fault::nonsense;
use crate::http::shown::shown;
use crate::http::{Credential, Http};
use crate::provider::{
    AccountInfo, ChangePage, Cursor, Next, Provider, RemoteChange, RemoteRef, RemoteVersion, Sink, Upload,
    Uploaded, VersionId,
};
use crate::settings::{AccountSettings, ProviderSpec, Secret, SettingSpec};
use api::{Api, Asked};
use items::named;
use looks::Looks;
use snapshot::Snapshot;

const SECRET: &str = "token";
/// Bytes of a file that are 1 MiB in base64.
const MOST: u64 = (1 << 20) / 4 * 3;
/// Bytes whose ciphertext is that long: the product's own codec makes 256 bytes of each 126 (RSA-OAEP with SHA-512).
const MOST_ENCRYPTED: u64 = MOST / 256 * 126;

/// The provider `calyptia`.
pub fn spec() -> ProviderSpec {
    ProviderSpec {
        name: "calyptia",
        title: "Calyptia Core, files of a core instance",
        settings: &[
            SettingSpec {
                key: "base_url",
                what: "address of the cloud API, the part before /v1",
                required: true,
            },
            SettingSpec { key: "core_instance_id", what: "UUID of the core instance", required: true },
            SettingSpec {
                key: "auth",
                what: "what the token is: bearer (a user's; the default) or project-token",
                required: false,
            },
            SettingSpec {
                key: "encrypt",
                what: "true: new files are encrypted there, and can't be read back",
                required: false,
            },
        ],
        pair_settings: &[],
        choices: None,
        create: None,
        share: None,
        sign_in: None,
        secret: Some(SECRET),
        remote: "empty: core instance files are flat",
        capabilities,
        open,
    }
}

fn capabilities() -> Capabilities {
    Capabilities {
        listing: Listing::InlineContent,
        page_size: Some(listing::PAGE),
        change_feed: false,
        deleted_listing: false,
        stable_ids: true,
        revision: "contents; updatedAt where encrypted",
        weak_revision: false,
        digest: None,
        hash_on_request: false,
        conditional_write: ConditionalWrite::LookBefore,
        mutable_content: true,
        moves_files: true,
        moves_folders: false,
        folders: Folders::None,
        empty_files: true,
        versions: false,
        restore: false,
        repeatable_upload: true,
        resumable_upload: false,
        ranged_download: false,
        signed_links: false,
        eventual_consistency: None,
        write_only_items: true,
        max_size: Some(MOST),
        names: NameRules::default(),
        parallelism: Parallelism { start: 8, max: 16 },
    }
}

fn open(settings: &AccountSettings, root: &str) -> Result<Arc<dyn Provider>> {
    let encrypt = match chosen(settings, "encrypt") {
        "" | "false" => false,
        "true" => true,
        _ => return Err(wrong("the setting \"encrypt\" is either true or false")),
    };
    let base = BaseUrl::from_settings(settings, "base_url")?.without("/v1");
    let core_instance = settings.require("core_instance_id")?.trim();
    if !core_instance.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')) {
        return Err(wrong("the setting \"core_instance_id\" isn't an id"));
    }
    if !root.trim_matches('/').is_empty() {
        return Err(wrong(format!(
            "\"{}\" is no folder there: core instance files are flat; leave it empty (ACCOUNT:)",
            shown(root, 200)
        )));
    }
    let secret = settings.require_secret(SECRET)?;
    let credential = match chosen(settings, "auth") {
        "" | "bearer" => Credential::bearer(secret)?,
        "project-token" => Credential::header(
            HeaderName::from_static("x-project-token"),
            &Secret::new(secret.expose().trim()),
        )?,
        _ => return Err(wrong("the setting \"auth\" is either bearer or project-token")),
    };
    Ok(Arc::new(Calyptia {
        api: Api::new(Http::new(base, credential), core_instance),
        looks: Looks::default(),
        core_instance: core_instance.to_owned(),
        encrypt,
        no_empty: AtomicBool::new(false),
        capabilities: capabilities(),
    }))
}

fn chosen<'a>(settings: &'a AccountSettings, key: &str) -> &'a str {
    settings.values.get(key).map_or("", |value| value.trim())
}

fn wrong(why: impl Into<String>) -> ProviderError {
    ProviderError::permanent(ErrorKind::Settings, why)
}

/// The files of one core instance.
struct Calyptia {
    api: Api,
    looks: Looks,
    core_instance: String,
    /// New files are to be encrypted.
    encrypt: bool,
    /// The service takes no empty files.
    no_empty: AtomicBool,
    capabilities: Capabilities,
}

impl Calyptia {
    async fn look(&self) -> Result<Arc<Snapshot>> {
        self.looks.fresh(&self.api).await
    }
}

fn unsupported(what: impl Into<String>) -> ProviderError {
    ProviderError::permanent(ErrorKind::Unsupported, what)
}

#[async_trait]
impl Provider for Calyptia {
    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn requests(&self) -> u64 {
        self.api.http.requests()
    }

    /// Asks for one file, the least that a listing brings.
    async fn check(&self) -> Result<AccountInfo> {
        let host = self.api.http.base().host();
        match self.api.list(1, None, &format!("asking {host} for the core instance")).await? {
            Asked::Page(_) => {
                let summary = format!("core instance {} at {host}", self.core_instance);
                Ok(AccountInfo { summary, writable: true })
            }
            Asked::TooMany(error) => Err(error),
        }
    }

    /// Everything in one page, whatever it took to read it.
    async fn changes(&self, since: Option<&Cursor>) -> Result<ChangePage> {
        if since.is_some() {
            return Err(ProviderError::permanent(
                ErrorKind::CursorExpired,
                "listing the core instance's files: the service can't say what changed",
            ));
        }
        let snapshot = self.look().await?;
        let changes = snapshot.present().map(|(path, remote)| RemoteChange::Present { path, remote });
        Ok(ChangePage {
            changes: changes.collect(),
            unusable: snapshot.unusable.clone(),
            next: Next::Done(None),
        })
    }

    /// The file at that path, whatever its id: one that was renamed isn't there.
    async fn stat(&self, item: &RemoteRef) -> Result<Option<Remote>> {
        let snapshot = self.look().await?;
        match snapshot.named(item.path.as_str()) {
            Some(found) => Ok(Some(found.remote())),
            None if snapshot.has_unreadable() => Err(nonsense(
                &format!("asking for {}", named(&item.path)),
                "the service lists files that can't be read; it may be one of them",
            )),
            None => Ok(None),
        }
    }

    async fn download(
        &self,
        item: &RemoteRef,
        version: Option<&VersionId>,
        into: &dyn Sink,
    ) -> Result<Remote> {
        let what = format!("fetching {}", named(&item.path));
        if version.is_some() {
            return Err(unsupported(format!("{what}: the service keeps no old versions")));
        }
        let (remote, bytes) = self.with_content(item, &what).await?;
        for range in into.begin(&remote).await? {
            let (start, end) = (range.start.min(bytes.len() as u64), range.end.min(bytes.len() as u64));
            if start < end {
                into.write(start, bytes.slice(start as usize..end as usize)).await?;
            }
        }
        Ok(remote)
    }

    async fn upload(&self, upload: Upload<'_>) -> Result<Uploaded> {
        upload::upload(self, &upload).await
    }

    async fn create_folder(&self, at: &RelPath) -> Result<Remote> {
        Err(unsupported(format!("making the folder {}: the service has no folders", named(at))))
    }

    async fn relocate(&self, item: &RemoteRef, to: &RelPath, if_revision: &Revision) -> Result<Remote> {
        rename::rename(self, item, to, if_revision).await
    }

    async fn delete(&self, item: &RemoteRef, kind: Kind, if_revision: &Revision) -> Result<()> {
        match kind {
            Kind::Folder => Ok(()),
            Kind::File => removal::remove(self, item, if_revision).await,
        }
    }

    async fn versions(&self, _item: &RemoteRef) -> Result<Vec<RemoteVersion>> {
        Ok(Vec::new())
    }

    async fn restore(&self, item: &RemoteRef, _version: &VersionId) -> Result<(RelPath, Remote)> {
        Err(unsupported(format!("restoring {}: the service keeps nothing", named(&item.path))))
    }
}

#[cfg(test)]
mod tests;
