//! Uploads. A PUT to the API begins a version and gives a signed link, the content goes there, and the service makes it
//! the newest version when it is complete and processed: nothing is done before a GET shows that.
//!
//! There is no conditional write. What is there is looked at before, and the history after: a version that somebody
//! made in between is reported. Both are kept by the service.
//!
//! An attempt whose answer was lost is gone on with: its version is asked for again, and the service either gives a
//! fresh link for it or says that it is complete.

use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;
use reqwest::Method;
use reqwest::header::{HeaderName, HeaderValue};
use tidemark_core::node::{ContentHash, Kind, Remote, RemoteId, Revision};
use tokio::time::Instant;

use crate::error::{ErrorKind, ProviderError, Result};
use crate::evo::api::{Resumed, Target};
use crate::evo::attempts::{Open, Trail};
use crate::evo::error::{self, Absence};
use crate::evo::history::{self, Known};
use crate::evo::wire::{File, UploadTicket, Version};
use crate::evo::{Evo, known_id, large};
use crate::http::Request;
use crate::http::address::Link;
use crate::http::answer::Answer;
use crate::http::content_md5::ContentMd5;
use crate::http::download::PART;
use crate::provider::{Upload, Uploaded};

/// Waits between looks whether a version is there, in milliseconds: a minute in all.
const LOOKS: [u64; 10] = [0, 250, 500, 1000, 2000, 4000, 8000, 12_000, 15_000, 17_000];

/// Sends a content; see [`crate::Provider::upload`].
pub(super) async fn upload(evo: &Evo, upload: &Upload<'_>) -> Result<Uploaded> {
    let path = evo.full(&upload.to.path)?;
    let what = format!("sending {}", evo.named(&upload.to.path));
    let sending = Sending { evo, upload, path, what, size: upload.content.size() };
    if sending.size <= PART { sending.small().await } else { large::send(&sending).await }
}

/// One upload under way.
pub(super) struct Sending<'a> {
    pub(super) evo: &'a Evo,
    pub(super) upload: &'a Upload<'a>,
    /// Whole path in the workspace.
    pub(super) path: String,
    pub(super) what: String,
    pub(super) size: u64,
}

/// A version that was begun, or is complete.
pub(super) struct Begun {
    pub(super) file_id: String,
    pub(super) version_id: String,
    /// Where its content goes; `None` when it is complete.
    pub(super) link: Option<Link>,
}

/// A request that sends a whole content to the storage.
pub(super) fn put_blob() -> Request {
    let (name, value) = (HeaderName::from_static("x-ms-blob-type"), HeaderValue::from_static("BlockBlob"));
    Request::new(Method::PUT).header(name, value)
}

impl Sending<'_> {
    async fn small(&self) -> Result<Uploaded> {
        let permit = self.evo.api.http.memory(self.size).await;
        let mut reader = self.upload.content.open().await?;
        let mut content = Bytes::new();
        if self.size > 0 {
            content = reader.next(self.size as usize).await?;
        }
        let hash = reader.seal().await?;
        if content.len() as u64 != self.size {
            return Err(self.changed_here());
        }
        let open = self.trail().open.filter(|open| open.hash == hash);
        let begun = match open {
            Some(open) => self.resume(&open.file_id, &open.version_id).await?,
            None => None,
        };
        let begun = match begun {
            Some(begun) => begun,
            None => self.begin().await?,
        };
        let open = Open { file_id: begun.file_id.clone(), version_id: begun.version_id.clone(), hash };
        self.evo.attempts.begun(&self.path, &begun.version_id, Some(open));
        if let Some(link) = &begun.link {
            let stored = self.store(put_blob().body(content.clone()), link).await?;
            if ContentMd5::of(&stored).is_some_and(|digest| !digest.fits(&content)) {
                self.evo.attempts.abandon(&self.path);
                return Err(ProviderError::passing(
                    ErrorKind::DigestMismatch,
                    format!("{}: other bytes arrived than were sent; it is sent again", self.what),
                ));
            }
        }
        drop(permit);
        self.confirm(&begun, hash).await
    }

    /// Begins a version, once what should be there is there.
    pub(super) async fn begin(&self) -> Result<Begun> {
        let expected = self.look_before().await?;
        let target = expected.as_deref().map_or(Target::Path(&self.path), Target::Id);
        match self.evo.api.begin_upload(target, &self.what).await {
            Ok(ticket) => self.begun(ticket),
            Err(Absence::Gone(_)) if expected.is_some() => {
                Err(self.mismatch("it was deleted there meanwhile"))
            }
            Err(absence) => Err(absence.into_error()),
        }
    }

    /// Asks for a fresh link to a version that was begun before; `None` when there is none to go on with.
    pub(super) async fn resume(&self, file_id: &str, version_id: &str) -> Result<Option<Begun>> {
        let by_id = self.upload.expects.is_some();
        let target = if by_id { Target::Id(file_id) } else { Target::Path(&self.path) };
        match self.evo.api.resume_upload(target, version_id, &self.what).await {
            Ok(Resumed::Complete) => {
                Ok(Some(Begun { file_id: file_id.to_owned(), version_id: version_id.to_owned(), link: None }))
            }
            Ok(Resumed::Ticket(ticket)) if ticket.version_id == version_id => {
                self.look_before().await?;
                self.begun(ticket).map(Some)
            }
            Ok(Resumed::Ticket(_)) | Err(Absence::Gone(_)) => Ok(None),
            Err(Absence::Other(error)) if error.kind == ErrorKind::Refused => Ok(None),
            Err(Absence::Other(error)) => Err(error),
        }
    }

    /// Sends a request to the storage; any success will do, but for a web page: that one isn't the storage's.
    pub(super) async fn store(&self, request: Request, link: &Link) -> Result<Answer> {
        let answer = self.evo.api.http.link(request, link, &self.what).await?;
        match answer.status().is_success() {
            true => answer.no_page(),
            false => Err(error::storage(answer.refusal().await, &self.what)),
        }
    }

    /// Waits until the version is there, checks its size, and looks for others in the history.
    pub(super) async fn confirm(&self, begun: &Begun, hash: ContentHash) -> Result<Uploaded> {
        let sent = Instant::now();
        let (file, versions) = self.wait_for(begun).await?;
        let ours = versions.iter().find(|version| version.version_id == begun.version_id);
        let is_newest = file.version_id == begun.version_id;
        let size = if is_newest { file.size } else { ours.and_then(|version| version.size) };
        if let Some(size) = size.filter(|size| *size != self.size) {
            self.evo.attempts.abandon(&self.path);
            self.upload.session.clear().await?;
            if self.size > PART && large::is_blocks_ignored(self.size, size) {
                self.evo.no_blocks.store(true, Ordering::Relaxed);
            }
            return Err(ProviderError::passing(
                ErrorKind::DigestMismatch,
                format!("{}: {} bytes were sent and {size} arrived; it is sent again", self.what, self.size),
            ));
        }
        let known = Known {
            expects: self.upload.expects.map(|expects| &*expects.0),
            ours: &self.trail().ours,
            buried: &self.evo.attempts.buried_in(&begun.file_id),
            unseen_for: self.evo.listings.complete_since().map(|began| sent.saturating_duration_since(began)),
        };
        let overtaken = history::overtaken(&versions, &file.version_id, &begun.version_id, &known)
            .map(|version| history::shown(version, &file.version_id));
        self.evo.attempts.arrived(&self.path);
        let remote = Remote {
            kind: Kind::File,
            id: RemoteId(begun.file_id.as_str().into()),
            revision: Revision(begun.version_id.as_str().into()),
            size: Some(self.size),
            modified_ns: if is_newest {
                file.modified_at
            } else {
                ours.and_then(|version| version.created_at)
            },
            hash: Some(hash),
            write_only: false,
        };
        Ok(Uploaded { remote, overtaken })
    }

    pub(super) fn trail(&self) -> Trail {
        self.evo.attempts.trail(&self.path)
    }

    pub(super) fn changed_here(&self) -> ProviderError {
        ProviderError::passing(
            ErrorKind::LocalChanged,
            format!("{}: the file changed while it was read", self.what),
        )
    }

    fn begun(&self, ticket: UploadTicket) -> Result<Begun> {
        let link = Link::parse(&ticket.upload, self.evo.api.http.base())?;
        Ok(Begun { file_id: ticket.file_id, version_id: ticket.version_id, link: Some(link) })
    }

    /// The id of the file that is to be replaced, seen at the expected version; `None` where nothing is expected.
    async fn look_before(&self) -> Result<Option<String>> {
        let Some(expects) = self.upload.expects else { return Ok(None) };
        let target = known_id(self.upload.to).map_or(Target::Path(&self.path), Target::Id);
        let file = match self.evo.api.get(target, "", &self.what).await {
            Ok(file) if file.deleted_at.is_none() => file,
            Ok(_) | Err(Absence::Gone(_)) => return Err(self.mismatch("it was deleted there meanwhile")),
            Err(Absence::Other(error)) => return Err(error),
        };
        if *file.version_id != *expects.0 && !self.trail().ours.contains(&file.version_id) {
            return Err(self.mismatch("it has another version there by now"));
        }
        Ok(Some(file.file_id))
    }

    async fn wait_for(&self, begun: &Begun) -> Result<(File, Vec<Version>)> {
        let expects = self.upload.expects.map(|expects| &*expects.0);
        for wait in LOOKS {
            if wait > 0 {
                tokio::time::sleep(Duration::from_millis(wait)).await;
            }
            let target = Target::Id(&begun.file_id);
            let file = match self.evo.api.get(target, "include_versions=true", &self.what).await {
                Ok(file) => file,
                Err(Absence::Gone(_)) => continue,
                Err(Absence::Other(error)) => return Err(error),
            };
            let versions = history::in_order(&file);
            let current = file.version_id.as_str();
            let is_superseded =
                Some(current) != expects && history::is_newer(&versions, current, &begun.version_id);
            if current == begun.version_id || is_superseded {
                return Ok((file, versions));
            }
        }
        Err(ProviderError::passing(
            ErrorKind::Timeout,
            format!("{}: everything was sent, but the service doesn't show it yet", self.what),
        ))
    }

    fn mismatch(&self, why: &str) -> ProviderError {
        ProviderError::permanent(ErrorKind::RevisionMismatch, format!("{}: {why}", self.what))
    }
}
