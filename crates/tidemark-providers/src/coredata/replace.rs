//! New contents of files that are there: always with the snapshot id that they must still have.

use tidemark_core::node::{Kind, Remote, Revision};

use crate::coredata::CoreData;
use crate::coredata::api::{NewContent, NotStored, Stored};
use crate::coredata::digest::Read;
use crate::coredata::error::Absence;
use crate::coredata::facts::Fact;
use crate::coredata::id::{ItemId, Known};
use crate::coredata::send::{Carrier, Session, Spoiled};
use crate::coredata::wire::File;
use crate::error::{ErrorKind, ProviderError, Result, Retry};
use crate::http::fault::nonsense;
use crate::provider::{Upload, Uploaded};

/// Replaces a content; see [`crate::Provider::upload`].
pub(super) async fn replace(service: &CoreData, upload: &Upload<'_>, expects: &Revision) -> Result<Uploaded> {
    let what = format!("sending {}", service.named(&upload.to.path));
    let id = match upload.to.id.as_ref().and_then(Known::of) {
        Some(Known::File(id)) => id,
        _ => match service.file_by_path(&upload.to.path, &what).await? {
            Some(file) => file.id,
            None => return Err(mismatch(&what, "it was deleted there meanwhile")),
        },
    };
    let session = Session::load(upload.session).await?;
    let snapshot = match &session.spoiled {
        Some(spoiled) if spoiled.id == id.as_str() => spoiled.snapshot.clone(),
        _ => expects.0.to_string(),
    };
    put(service, upload, id, &snapshot, session).await
}

/// Puts the content into a file that must be at that snapshot.
pub(super) async fn put(
    service: &CoreData,
    upload: &Upload<'_>,
    id: ItemId,
    snapshot: &str,
    mut session: Session,
) -> Result<Uploaded> {
    let what = format!("sending {}", service.named(&upload.to.path));
    let prepared = service.prepare(upload, &mut session, &what).await?;
    let read = prepared.read;
    let (stored, sent_before) = match prepared.carrier {
        Carrier::Body(body) => {
            let content = NewContent::Body { size: read.size, pieces: body.pieces };
            let asked = service.api.replace_content(&id, snapshot, content, &what).await;
            (body.sent.or(asked, &what), false)
        }
        Carrier::Blob { name, sent_before } => {
            let content = NewContent::Blob { name: &name, md5: read.md5 };
            (service.api.replace_content(&id, snapshot, content, &what).await, sent_before)
        }
    };
    let replacement = Replacement { service, upload, id, what };
    match stored {
        Ok(stored) => replacement.confirm(stored, &read, &mut session).await,
        Err(NotStored::Failed(error)) => Err(error),
        Err(NotStored::Refused(error)) => {
            let file = replacement.explain(error, snapshot, &read, &mut session, sent_before).await?;
            replacement.finish(revision(&file, &replacement.what)?, file.modified, &read).await
        }
    }
}

struct Replacement<'a> {
    service: &'a CoreData,
    upload: &'a Upload<'a>,
    id: ItemId,
    what: String,
}

impl Replacement<'_> {
    /// Verifies what arrived by the digest that the service names, and asks for what its answer lacks.
    async fn confirm(&self, stored: Stored, read: &Read, session: &mut Session) -> Result<Uploaded> {
        let (digest, revision) = match (stored.digest, stored.revision) {
            (Some(digest), Some(revision)) => (Some(digest), revision),
            (digest, _) => {
                let file = self.service.api.file(&self.id, &self.what).await.map_err(Absence::into_error)?;
                (file.digest.or(digest), revision(&file, &self.what)?)
            }
        };
        if digest.is_some_and(|digest| digest != read.md5) {
            let snapshot = revision.0.to_string();
            session.spoiled = Some(Spoiled { id: self.id.to_string(), snapshot });
            session.drop_blob(self.upload.session).await?;
            let context = format!("{}: other bytes arrived than were sent; it is sent again", self.what);
            return Err(ProviderError::passing(ErrorKind::DigestMismatch, context));
        }
        self.finish(revision, None, read).await
    }

    /// Why the content was refused: the file as it is, where an earlier attempt put our content there and its answer
    /// was lost; `RevisionMismatch` where somebody else has written; else what the service said.
    async fn explain(
        &self,
        error: ProviderError,
        snapshot: &str,
        read: &Read,
        session: &mut Session,
        sent_before: bool,
    ) -> Result<File> {
        let file = match self.service.api.file(&self.id, &self.what).await {
            Ok(file) if !file.is_in_trash() => file,
            Ok(_) | Err(Absence::Gone(_)) => {
                self.service.facts.forget(&self.id);
                session.drop_spoiled(self.upload.session).await?;
                return Err(mismatch(&self.what, "it was deleted there meanwhile"));
            }
            Err(Absence::Other(error)) => return Err(error),
        };
        if file.snapshot_id.as_deref() != Some(snapshot) {
            if file.digest == Some(read.md5) && file.size == Some(read.size) {
                return Ok(file);
            }
            self.service.facts.learn(&file);
            session.drop_spoiled(self.upload.session).await?;
            return Err(mismatch(&self.what, "it has another content there by now"));
        }
        let is_passing = error.retry != Retry::Never;
        if is_passing && !sent_before {
            // The service may just have failed: its bytes needn't be sent again for that.
            return Err(error);
        }
        session.drop_blob(self.upload.session).await?;
        match sent_before && !is_passing {
            true => Err(ProviderError::passing(
                ErrorKind::LinkExpired,
                format!("{}; it is sent anew", error.context),
            )),
            false => Err(error),
        }
    }

    async fn finish(&self, revision: Revision, modified_ns: Option<i64>, read: &Read) -> Result<Uploaded> {
        self.upload.session.clear().await?;
        let remote = Remote {
            kind: Kind::File,
            id: self.id.of_file(),
            revision,
            size: Some(read.size),
            modified_ns,
            hash: None,
            write_only: false,
        };
        self.service.facts.put(self.id.clone(), Fact { remote: remote.clone(), md5: Some(read.md5) });
        Ok(Uploaded { remote: Remote { hash: Some(read.hash), ..remote }, overtaken: None })
    }
}

fn revision(file: &File, what: &str) -> Result<Revision> {
    file.revision().ok_or_else(|| nonsense(what, "the service gave no snapshot id"))
}

fn mismatch(what: &str, why: &str) -> ProviderError {
    ProviderError::permanent(ErrorKind::RevisionMismatch, format!("{what}: {why}"))
}
