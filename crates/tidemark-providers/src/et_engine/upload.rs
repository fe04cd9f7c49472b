//! Uploads: begun with a size, which gives an id; sent in parts, in any order; completed, which puts the whole in its
//! place at once. Until then the service keeps them as files of their own, see `unfinished`.
//!
//! There is no conditional write: the size of what is there is looked at right before the end, and what arrived right
//! after it. The session knows the id and the parts from the moment that they are there, so an upload goes on after a
//! break or a restart, and what a given-up one left is removed.
//!
//! An attempt whose end is unknown (every part was sent, the answer to `complete` got lost) is settled by looking: where
//! nothing unfinished is left, and what is there has our size, it is read back and compared.

use std::collections::BTreeMap;

use tidemark_core::node::{ContentHash, Remote};
use tidemark_core::path::RelPath;
use tokio::sync::Mutex;

use crate::error::{ErrorKind, ProviderError, Result, Retry};
use crate::et_engine::error::{Asked, Denied};
use crate::et_engine::session::{Progress, Saved, Session, digest, read, save};
use crate::et_engine::unfinished::is_unfinished;
use crate::et_engine::{EtEngine, download, empty, file, folders, mismatch, revision};
use crate::http::blocks::send_blocks;
use crate::http::download::PART;
use crate::provider::{Upload, Uploaded};

/// Sends a content; see [`crate::Provider::upload`].
pub(super) async fn upload(service: &EtEngine, upload: &Upload<'_>) -> Result<Uploaded> {
    let path = service.full(&upload.to.path)?;
    let what = format!("sending {}", service.named(&upload.to.path));
    if is_unfinished(path.name()) {
        let why = "the service gives such names to uploads that aren't complete";
        return Err(ProviderError::permanent(ErrorKind::InvalidName, format!("{what}: {why}")));
    }
    Sending { service, upload, path, what, size: upload.content.size() }.send().await
}

/// One upload under way.
pub(super) struct Sending<'a> {
    pub(super) service: &'a EtEngine,
    pub(super) upload: &'a Upload<'a>,
    /// From the filesystem's root.
    path: RelPath,
    pub(super) what: String,
    size: u64,
}

impl Sending<'_> {
    async fn send(&self) -> Result<Uploaded> {
        self.tidy().await?;
        let saved = read(self.upload.session.load().await?);
        if self.size == 0 {
            empty::check(self, saved.as_ref())?;
        }
        let mut begun = self.same_content(saved);
        if let Some(session) = &begun
            && session.is_whole()
            && !self.is_unfinished_there(session).await?
        {
            if let Some(hash) = self.landed().await? {
                return self.finished(hash).await;
            }
            self.upload.session.clear().await?;
            begun = None;
        }
        if self.size > PART
            && let Err(error) = self.look_before().await
        {
            return Err(match &begun {
                Some(session) => self.not_completed(error.into(), session).await,
                None => error,
            });
        }
        let session = match begun {
            Some(session) => session,
            None => self.begin().await?,
        };
        let progress = Mutex::new(Progress { session, store: self.upload.session });
        let sent = self.send_and_complete(&progress).await;
        let session = progress.into_inner().session;
        match sent {
            Ok(hash) => self.finished(hash).await,
            Err(denied) => Err(self.not_completed(denied, &session).await),
        }
    }

    /// Begins, and makes the folders above where that is what is missing.
    async fn begin(&self) -> Result<Session> {
        let begin = || self.service.api.begin(&self.path, self.size, &self.what);
        let mut begun = begin().await;
        if matches!(begun, Err(Denied::Absent(_) | Denied::Unclear(_)))
            && folders::make_above(self.service, &self.path, &self.what).await.is_ok_and(|made| made)
        {
            begun = begin().await;
        }
        let upload_id = match begun {
            Ok(upload_id) => upload_id,
            Err(Denied::Unclear(error)) if self.size == 0 => {
                return Err(empty::not_begun(self, error).await);
            }
            Err(denied) => return Err(denied.into_error()),
        };
        let session = Session {
            filesystem: self.service.filesystem.clone(),
            path: self.path.clone(),
            upload_id,
            size: self.size,
            modified_ns: self.upload.content.modified_ns(),
            done: BTreeMap::new(),
        };
        save(self.upload.session, &Saved::Begun(session.clone())).await?;
        Ok(session)
    }

    async fn send_and_complete(&self, progress: &Mutex<Progress<'_>>) -> Asked<ContentHash> {
        let (id, had) = {
            let session = &progress.lock().await.session;
            (session.upload_id.clone(), session.done.clone())
        };
        let refused = Mutex::new(None);
        let mut reader = self.upload.content.open().await?;
        let sent = send_blocks(&self.service.api.http, &mut *reader, self.part(), |offset, bytes| {
            let digest = digest(&bytes);
            let is_there = had.get(&offset) == Some(&digest);
            let (id, refused) = (&id, &refused);
            async move {
                if is_there {
                    return Ok(());
                }
                match self.service.api.put_part(&self.path, id, offset, bytes, &self.what).await {
                    Ok(()) => progress.lock().await.add(offset, digest).await,
                    Err(Denied::Other(error)) => Err(error),
                    Err(denied) => {
                        let broke = ProviderError::passing(ErrorKind::Unavailable, &*self.what);
                        *refused.lock().await = Some(denied);
                        Err(broke)
                    }
                }
            }
        })
        .await;
        if let Some(denied) = refused.into_inner() {
            return Err(denied);
        }
        sent?;
        let hash = reader.seal().await?;
        self.look_before().await?;
        self.service.api.complete(&self.path, &id, &self.what).await?;
        Ok(hash)
    }

    /// After a refusal: what was begun is removed where it is of no use any more, and forgotten where the service has.
    async fn not_completed(&self, denied: Denied, session: &Session) -> ProviderError {
        let is_doubtful = matches!(denied, Denied::Absent(_) | Denied::Unclear(_));
        let error = denied.into_error();
        let is_useless = matches!(
            error.kind,
            ErrorKind::LocalChanged | ErrorKind::RevisionMismatch | ErrorKind::AlreadyExists
        );
        if is_useless && self.remove(session).await.is_ok() {
            // Where that fails, the session stays, and with it the knowledge of what is to be removed.
            let _ = self.upload.session.clear().await;
        }
        if is_doubtful && self.is_unfinished_there(session).await.is_ok_and(|is_there| !is_there) {
            let why = "the service doesn't have what was sent any more; whether it arrived is looked at anew";
            if !session.is_whole()
                && let Err(error) = self.upload.session.clear().await
            {
                return error;
            }
            return ProviderError::passing(ErrorKind::Unavailable, format!("{}: {why}", self.what))
                .because(error);
        }
        error
    }

    /// The whole was put in its place: looks whether it is there.
    async fn finished(&self, hash: ContentHash) -> Result<Uploaded> {
        match self.service.api.size(&self.path, &self.what).await {
            Ok(size) if size == self.size => {
                self.upload.session.clear().await?;
                let remote = Remote { hash: Some(hash), ..file(&self.upload.to.path, size) };
                Ok(Uploaded { remote, overtaken: None })
            }
            Ok(size) => {
                self.upload.session.clear().await?;
                Err(ProviderError::passing(
                    ErrorKind::DigestMismatch,
                    format!("{}: {} bytes were sent and {size} are there", self.what, self.size),
                ))
            }
            Err(Denied::Absent(error)) => {
                self.upload.session.clear().await?;
                let why = "everything was sent, and the service doesn't have it; it is sent again";
                Err(ProviderError::passing(ErrorKind::Unavailable, format!("{}: {why}", self.what))
                    .because(error))
            }
            Err(denied) => Err(denied.into_error()),
        }
    }

    /// What is there must be what is to be replaced.
    async fn look_before(&self) -> Result<()> {
        let there = match self.service.api.size(&self.path, &self.what).await {
            Ok(size) => Some(revision(size)),
            Err(Denied::Absent(_)) => None,
            Err(denied) => return Err(denied.into_error()),
        };
        match (self.upload.expects, there) {
            (None, Some(_)) => Err(ProviderError::permanent(
                ErrorKind::AlreadyExists,
                format!("{}: something of that name is there by now", self.what),
            )),
            (Some(_), None) => Err(mismatch(&self.what, "it was deleted there meanwhile")),
            (Some(expected), Some(there)) if *expected != there => {
                Err(mismatch(&self.what, "it has another size there by now"))
            }
            _ => Ok(()),
        }
    }

    /// The hash of our content if it is what is there.
    async fn landed(&self) -> Result<Option<ContentHash>> {
        match self.service.api.size(&self.path, &self.what).await {
            Ok(size) if size == self.size => {}
            Ok(_) | Err(Denied::Absent(_)) => return Ok(None),
            Err(denied) => return Err(denied.into_error()),
        }
        let mut reader = self.upload.content.open().await?;
        let mut at = 0;
        while at < self.size {
            let _permit = self.service.api.http.memory(2 * self.part() as u64).await;
            let ours = reader.next(self.part()).await?;
            if ours.is_empty() {
                let why = format!("{}: the file changed while it was read", self.what);
                return Err(ProviderError::passing(ErrorKind::LocalChanged, why));
            }
            let end = at + ours.len() as u64;
            if download::part(self.service, &self.path, &(at..end), &self.what).await? != ours {
                return Ok(None);
            }
            at = end;
        }
        reader.seal().await.map(Some)
    }

    /// Removes what an upload of another content to this path left.
    async fn tidy(&self) -> Result<()> {
        match read(self.upload.session.load_other().await?) {
            Some(Saved::Begun(left)) => match self.remove(&left).await {
                Err(error) if error.retry != Retry::Never => Err(error),
                _ => Ok(()),
            },
            Some(Saved::EmptyRefused) | None => Ok(()),
        }
    }

    /// Removes what a session of ours began: exactly that file, if it is one.
    async fn remove(&self, session: &Session) -> Result<()> {
        match session.unfinished() {
            Some(left) if session.filesystem == self.service.filesystem => {
                folders::delete_unfinished(self.service, &left, &self.what).await
            }
            _ => Ok(()),
        }
    }

    /// The session to go on with: of this very content, for this very place.
    fn same_content(&self, saved: Option<Saved>) -> Option<Session> {
        let Some(Saved::Begun(session)) = saved else { return None };
        let is_same = session.filesystem == self.service.filesystem
            && session.path == self.path
            && session.size == self.size
            && session.modified_ns == self.upload.content.modified_ns();
        is_same.then_some(session)
    }

    /// Whether the service still has what was sent. With an id of a form that we don't know, it is taken to.
    async fn is_unfinished_there(&self, session: &Session) -> Result<bool> {
        let Some(unfinished) = session.unfinished() else { return Ok(true) };
        match self.service.api.size(&unfinished, &self.what).await {
            Ok(size) => Ok(size == session.size),
            Err(Denied::Absent(_)) => Ok(false),
            Err(denied) => Err(denied.into_error()),
        }
    }

    /// Bytes of a part.
    fn part(&self) -> usize {
        self.size.clamp(1, PART) as usize
    }
}
