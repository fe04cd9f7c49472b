//! A service without a listing: whoever has lost an id never finds its item again. An upload makes a new item, always.

use std::ops::Range;

use async_trait::async_trait;
use bytes::Bytes;
use tidemark_core::node::{Kind, Remote, RemoteId, Revision};
use tidemark_core::path::RelPath;
use tidemark_providers::capabilities::Capabilities;
use tidemark_providers::provider::{
    AccountInfo, ChangePage, Cursor, RemoteRef, RemoteVersion, Sink, Upload, Uploaded, VersionId,
};
use tidemark_providers::{ErrorKind, Provider, Result};

use super::course::Sabotage;
use super::provider::{PART, SimProvider, refused};

/// It asks as any other service does, and answers by ids only.
pub(super) struct Unlisted(pub(super) SimProvider);

fn folder() -> Remote {
    named("", Kind::Folder)
}

/// What is known of an item that wasn't asked for.
fn named(id: &str, kind: Kind) -> Remote {
    let (id, revision) = (RemoteId(id.into()), Revision(id.into()));
    Remote { kind, id, revision, size: None, modified_ns: None, hash: None, write_only: false }
}

fn id_of(item: &RemoteRef) -> Option<&str> {
    item.id.as_ref().map(|id| &*id.0).filter(|id| !id.is_empty())
}

fn at_revision(id: &str, revision: &Revision, what: &str) -> Result<()> {
    match *revision.0 == *id {
        true => Ok(()),
        false => Err(refused(ErrorKind::RevisionMismatch, what)),
    }
}

#[async_trait]
impl Provider for Unlisted {
    fn capabilities(&self) -> &Capabilities {
        self.0.capabilities()
    }

    fn requests(&self) -> u64 {
        self.0.requests()
    }

    async fn check(&self) -> Result<AccountInfo> {
        self.0.check().await
    }

    async fn changes(&self, _since: Option<&Cursor>) -> Result<ChangePage> {
        Err(refused(ErrorKind::Unsupported, "listing"))
    }

    async fn stat(&self, item: &RemoteRef) -> Result<Option<Remote>> {
        let Some(id) = id_of(item) else { return Ok(None) };
        self.0
            .ask(&format!("stat there {:?}", item.path), |stage, _| {
                let service = &stage.service;
                Ok(service.by_id(id).map(|place| service.remote(place)))
            })
            .await
    }

    async fn download(
        &self,
        item: &RemoteRef,
        version: Option<&VersionId>,
        into: &dyn Sink,
    ) -> Result<Remote> {
        let what = format!("download {:?}", item.path);
        let id = id_of(item).ok_or_else(|| refused(ErrorKind::NotFound, &what))?;
        if version.is_some_and(|version| version.0 != id) {
            return Err(refused(ErrorKind::Unsupported, &what));
        }
        let (remote, content) = self
            .0
            .ask(&what, |stage, _| {
                let service = &stage.service;
                let place = service.by_id(id).ok_or_else(|| refused(ErrorKind::NotFound, &what))?;
                let content = service.content(place).cloned().unwrap_or_default();
                Ok((service.remote(place), content))
            })
            .await?;
        for Range { start, end } in into.begin(&remote).await? {
            let mut at = start as usize;
            while at < (end as usize).min(content.len()) {
                let to = (at + PART).min(content.len()).min(end as usize);
                self.0.ask(&format!("{what}, bytes {at} to {to}"), |_, _| Ok(())).await?;
                into.write(at as u64, Bytes::copy_from_slice(&content[at..to])).await?;
                at = to;
            }
        }
        Ok(remote)
    }

    /// The last byte leaves after the content was sealed: before that, nothing can have been made.
    async fn upload(&self, upload: Upload<'_>) -> Result<Uploaded> {
        let path = &upload.to.path;
        let what = format!("upload {path:?}");
        self.0.ask(&format!("{what}, begin"), |_, _| Ok(())).await?;
        let mut reader = upload.content.open().await?;
        let (size, mut content) = (upload.content.size() as usize, Vec::new());
        while content.len() < size {
            content.extend_from_slice(&reader.next(PART.max(size / 3)).await?);
            self.0.ask(&format!("{what}, {} bytes", content.len()), |_, _| Ok(())).await?;
        }
        let hash = reader.seal().await?;
        let remote = self
            .0
            .change(&format!("put {path:?}"), |stage, now_ns| {
                let place = stage.service.put_unlisted(path, content.into(), now_ns);
                Ok(stage.service.remote(place))
            })
            .await?;
        Ok(Uploaded { remote: Remote { hash: Some(hash), ..remote }, overtaken: None })
    }

    async fn create_folder(&self, _at: &RelPath) -> Result<Remote> {
        Ok(folder())
    }

    async fn relocate(&self, item: &RemoteRef, to: &RelPath, if_revision: &Revision) -> Result<Remote> {
        let Some(id) = id_of(item) else { return Ok(folder()) };
        at_revision(id, if_revision, &format!("relocate {:?} to {to:?}", item.path))?;
        Ok(named(id, Kind::File))
    }

    async fn delete(&self, item: &RemoteRef, kind: Kind, if_revision: &Revision) -> Result<()> {
        if kind == Kind::Folder {
            return Ok(());
        }
        let what = format!("delete there {:?}", item.path);
        let id = id_of(item).ok_or_else(|| refused(ErrorKind::NotFound, &what))?;
        at_revision(id, if_revision, &what)?;
        self.0
            .change(&what, |stage, _| {
                let stays = stage.course.sabotage == Some(Sabotage::NothingRetired);
                if let Some(place) = stage.service.by_id(id).filter(|_| !stays) {
                    stage.service.items[place].live = false;
                }
                Ok(())
            })
            .await
    }

    async fn versions(&self, _item: &RemoteRef) -> Result<Vec<RemoteVersion>> {
        Ok(Vec::new())
    }

    async fn restore(&self, _item: &RemoteRef, _version: &VersionId) -> Result<(RelPath, Remote)> {
        Err(refused(ErrorKind::Unsupported, "restoring"))
    }
}
