//! Uploads: a new file by one POST, which the service refuses where the name is taken; a new content by a look and a
//! PATCH. What an attempt whose answer was lost did is seen by the content that is there.

use std::sync::atomic::Ordering;
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use tidemark_core::node::{ContentHash, Kind, Remote, RemoteId, Revision};
use tokio::sync::OwnedSemaphorePermit;

use crate::calyptia::api::Refused;
use crate::calyptia::items::{at_revision, flat, mismatch, named, there};
use crate::calyptia::snapshot::{of_content, of_moment};
use crate::calyptia::wire::{Change, Creation, Moment};
use crate::calyptia::{Calyptia, MOST, MOST_ENCRYPTED};
use crate::error::{ErrorKind, ProviderError, Result};
use crate::provider::{ContentReader, Upload, Uploaded};

/// How long after it was made a file may say that it was last changed, when nobody touched it.
const BIRTH: Duration = Duration::from_secs(1);

/// Sends a content; see [`crate::Provider::upload`].
pub(super) async fn upload(service: &Calyptia, upload: &Upload<'_>) -> Result<Uploaded> {
    let what = format!("sending {}", named(&upload.to.path));
    let name = flat(&upload.to.path, &what)?;
    let sending = Sending { service, upload, name, what };
    let remote = match upload.expects {
        None => sending.create().await?,
        Some(expects) => sending.replace(expects).await?,
    };
    Ok(Uploaded { remote, overtaken: None })
}

struct Sending<'a> {
    service: &'a Calyptia,
    upload: &'a Upload<'a>,
    name: &'a str,
    what: String,
}

/// A content in memory, read and not yet sealed.
struct Loaded {
    bytes: Bytes,
    reader: Box<dyn ContentReader>,
    _memory: OwnedSemaphorePermit,
}

impl Sending<'_> {
    async fn create(&self) -> Result<Remote> {
        let encrypted = self.service.encrypt;
        let mut loaded = self.load(encrypted).await?;
        let hash = loaded.reader.seal().await?;
        let contents = BASE64_STANDARD.encode(&loaded.bytes);
        let new = Creation { name: self.name, contents, encrypted };
        match self.service.api.create(&new, &self.what).await {
            Ok(created) => {
                let id = RemoteId(created.id.into());
                self.sent(id, hash, encrypted, created.created_at, |listed, created| {
                    listed.is_within(created, BIRTH)
                })
                .await
            }
            Err(error) if error.kind == ErrorKind::AlreadyExists => {
                let snapshot = self.service.look().await?;
                match snapshot.named(self.name).filter(|item| item.hash() == Some(hash)) {
                    Some(ours) => Ok(ours.remote()),
                    None => Err(error),
                }
            }
            Err(error) => Err(self.without_contents(error)),
        }
    }

    async fn replace(&self, expects: &Revision) -> Result<Remote> {
        let mut loaded = self.load(false).await?;
        let hash = loaded.reader.seal().await?;
        let snapshot = self.service.look().await?;
        let item = there(&snapshot, self.upload.to, &self.what)?;
        if item.encrypted {
            self.check_size(MOST_ENCRYPTED, ", encrypted")?;
        }
        if item.hash() == Some(hash) {
            return Ok(item.remote());
        }
        at_revision(item, expects, &self.what)?;
        let contents = BASE64_STANDARD.encode(&loaded.bytes);
        // Said again, so that a content for an encrypted file is never stored as it is.
        let change = Change { contents: Some(contents), encrypted: Some(item.encrypted), name: None };
        let answer = self.service.api.update(&item.id.0, &change, &self.what).await;
        self.service.looks.written(&item.id);
        match answer {
            Ok(updated) => {
                self.sent(item.id.clone(), hash, item.encrypted, updated.updated_at, Moment::is).await
            }
            Err(Refused::Absent(error)) => {
                Err(mismatch(&self.what, "it was deleted there meanwhile").because(error))
            }
            Err(Refused::Other(error)) => Err(self.without_contents(error)),
        }
    }

    /// Reads the content. What was read is only what was there once it is sealed.
    async fn load(&self, encrypted: bool) -> Result<Loaded> {
        let size = self.upload.content.size();
        if encrypted {
            self.check_size(MOST_ENCRYPTED, ", encrypted")?;
        }
        self.check_size(MOST, "")?;
        if size == 0 && self.service.no_empty.load(Ordering::Relaxed) {
            return Err(self.no_empty());
        }
        // The content, its base64, and the request with it.
        let memory = self.service.api.http.memory(4 * size).await;
        let mut reader = self.upload.content.open().await?;
        let mut bytes = Bytes::new();
        if size > 0 {
            bytes = reader.next(size as usize).await?;
        }
        if bytes.len() as u64 != size {
            return Err(ProviderError::passing(
                ErrorKind::LocalChanged,
                format!("{}: the file changed while it was read", self.what),
            ));
        }
        Ok(Loaded { bytes, reader, _memory: memory })
    }

    /// The item after a write that the service answered with a time. The revision of a content that can be read is
    /// known; that of one that can't is the time as a listing says it, where `is_ours` finds that to be that write's.
    async fn sent(
        &self,
        id: RemoteId,
        hash: ContentHash,
        encrypted: bool,
        answered: Moment,
        is_ours: impl Fn(Moment, Moment) -> bool,
    ) -> Result<Remote> {
        let mut remote = Remote {
            kind: Kind::File,
            revision: if encrypted { of_moment(answered) } else { of_content(hash) },
            size: (!encrypted).then_some(self.upload.content.size()),
            modified_ns: answered.ns(),
            hash: Some(hash),
            write_only: encrypted,
            id,
        };
        if encrypted
            // It is stored: an answer that doesn't come is no reason to send it again.
            && let Ok(snapshot) = self.service.look().await
            && let Some(item) = snapshot.of_id(&remote.id).filter(|item| item.encrypted)
            && is_ours(item.updated, answered)
        {
            remote = Remote { hash: Some(hash), ..item.remote() };
        }
        Ok(remote)
    }

    fn check_size(&self, most: u64, how: &str) -> Result<()> {
        let size = self.upload.content.size();
        if size <= most {
            return Ok(());
        }
        Err(ProviderError::permanent(
            ErrorKind::TooLarge,
            format!(
                "{}: it has {size} bytes; {most} is the most that leaves a pipeline able to use it{how}",
                self.what
            ),
        ))
    }

    /// The error, if it isn't that the service takes no empty files.
    fn without_contents(&self, error: ProviderError) -> ProviderError {
        if self.upload.content.size() == 0 && error.kind == ErrorKind::Refused {
            self.service.no_empty.store(true, Ordering::Relaxed);
            return self.no_empty().because(error);
        }
        error
    }

    fn no_empty(&self) -> ProviderError {
        ProviderError::permanent(
            ErrorKind::Refused,
            format!("{}: the service takes no empty files", self.what),
        )
    }
}
