//! Reading contents and their history.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use tidemark_core::node::{ContentHash, Kind, Remote, Revision};
use tidemark_core::path::RelPath;
use tidemark_disk::Disk;
use tidemark_disk::disk::{KeptItem, OpenFile};

use super::revision::{remote_of, revision_of};
use super::{Place, blocking, error};
use crate::error::Result;
use crate::provider::{RemoteRef, RemoteVersion, Sink, VersionId};

const READ_BYTES: u64 = 4 * 1024 * 1024;

/// An open content and what it is.
struct Opened {
    file: Arc<dyn OpenFile>,
    remote: Remote,
    is_kept: bool,
    /// The whole content, where it is small.
    whole: Option<Bytes>,
}

/// See [`crate::Provider::download`]. `RevisionMismatch` when the file is touched meanwhile.
pub(super) async fn download(
    place: &Arc<Place>,
    item: &RemoteRef,
    version: Option<&VersionId>,
    into: &dyn Sink,
) -> Result<Remote> {
    let (path, version) = (item.path.clone(), version.cloned());
    let opened = blocking(place, move |place| place.open(&path, version.as_ref())).await?;
    let size = opened.remote.size.unwrap_or(0);
    for missing in into.begin(&opened.remote).await? {
        let mut missing = missing.start..missing.end.min(size);
        while !missing.is_empty() {
            let part = missing.start..missing.end.min(missing.start + READ_BYTES);
            let bytes = match &opened.whole {
                Some(whole) => whole.slice(part.start as usize..part.end as usize),
                None => read(place, &opened.file, &item.path, part.clone()).await?,
            };
            into.write(part.start, bytes).await?;
            missing.start = part.end;
        }
    }
    if opened.is_kept {
        return Ok(opened.remote);
    }
    let path = item.path.clone();
    blocking(place, move |place| {
        let stamp = opened.file.stamp().map_err(|error| place.failed(error))?;
        let is_same = revision_of(&stamp) == opened.remote.revision;
        if is_same { Ok(opened.remote) } else { Err(error::mismatch(&path)) }
    })
    .await
}

async fn read(
    place: &Arc<Place>,
    file: &Arc<dyn OpenFile>,
    path: &RelPath,
    part: Range<u64>,
) -> Result<Bytes> {
    let (file, path) = (Arc::clone(file), path.clone());
    blocking(place, move |place| read_part(place, &*file, &path, part)).await
}

fn read_part(place: &Place, file: &dyn OpenFile, path: &RelPath, part: Range<u64>) -> Result<Bytes> {
    let mut buffer = vec![0; (part.end - part.start) as usize];
    let count = file.read_at(part.start, &mut buffer).map_err(|error| place.failed(error))?;
    if count < buffer.len() { Err(error::mismatch(path)) } else { Ok(buffer.into()) }
}

impl Place {
    fn open(&self, path: &RelPath, version: Option<&VersionId>) -> Result<Opened> {
        let at = self.at(path)?;
        let (file, kept) = match version {
            Some(version) if !self.is_current(path, version)? => {
                let item = self.kept_version(&at, version)?.ok_or_else(|| error::not_found(path))?;
                (self.disk.open_kept(&item.id), Some(item.id))
            }
            _ => (self.disk.open(&at), None),
        };
        let file: Arc<dyn OpenFile> = file.map_err(|error| self.failed(error))?.into();
        let stamp = file.stamp().map_err(|error| self.failed(error))?;
        let mut remote = remote_of(&stamp);
        let is_kept = kept.is_some();
        if let Some(id) = kept {
            remote.revision = Revision(id.into());
        }
        let whole = (stamp.size <= READ_BYTES).then(|| read_part(self, &*file, path, 0..stamp.size));
        Ok(Opened { file, remote, is_kept, whole: whole.transpose()? })
    }

    fn is_current(&self, path: &RelPath, version: &VersionId) -> Result<bool> {
        Ok(self.stat(path)?.is_some_and(|stamp| *revision_of(&stamp).0 == *version.0))
    }

    /// See [`crate::Provider::versions`].
    pub(super) fn versions(&self, path: &RelPath) -> Result<Vec<RemoteVersion>> {
        let at = self.at(path)?;
        let current = self.stat(path)?.filter(|stamp| stamp.kind == Kind::File).map(|stamp| RemoteVersion {
            id: VersionId(revision_of(&stamp).to_string()),
            size: Some(stamp.size),
            created_ns: Some(stamp.mtime_ns),
            author: None,
            hash: None,
            current: true,
        });
        let kept = self.disk.kept().map_err(|error| self.failed(error))?;
        let kept = kept.into_iter().filter(|item| item.path == at).map(|item| RemoteVersion {
            hash: item.hash.as_deref().and_then(ContentHash::parse),
            id: VersionId(item.id),
            size: Some(item.size),
            created_ns: Some(item.mtime_ns),
            author: None,
            current: false,
        });
        Ok(current.into_iter().chain(kept).collect())
    }

    /// The kept content of that id, where it was at `at` once.
    pub(super) fn kept_version(&self, at: &RelPath, version: &VersionId) -> Result<Option<KeptItem>> {
        let kept = self.disk.kept().map_err(|error| self.failed(error))?;
        Ok(kept.into_iter().find(|item| item.id == version.0 && item.path == *at))
    }
}
