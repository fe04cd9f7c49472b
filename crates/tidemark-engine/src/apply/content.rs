//! A local file as the content of an upload: read in order, hashed as it goes, refused when it is touched meanwhile.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use tidemark_core::node::{ContentHash, LocalStamp};
use tidemark_core::path::RelPath;
use tidemark_disk::disk::OpenFile;
use tidemark_disk::{DiskError, DiskErrorKind};
use tidemark_providers::provider::{Content, ContentReader};
use tidemark_providers::{ErrorKind, ProviderError, Result};

use crate::pair::Pair;
use crate::report::Event;

/// A content of the kept store, as one that goes to a path.
pub(crate) struct KeptContent {
    pub pair: Pair,
    pub path: RelPath,
    pub id: String,
    pub stamp: LocalStamp,
    /// It was read to its end: from then on the service may have it whole.
    pub sealed: Arc<AtomicBool>,
}

#[async_trait]
impl Content for KeptContent {
    fn size(&self) -> u64 {
        self.stamp.size
    }

    fn modified_ns(&self) -> i64 {
        self.stamp.mtime_ns
    }

    async fn open(&self) -> Result<Box<dyn ContentReader>> {
        let (disk, id) = (self.pair.disk.clone(), self.id.clone());
        let opened = offloaded(&self.pair, move || disk.open_kept(&id)).await?;
        let file = opened.map_err(|error| local_error(&self.path, error))?;
        Ok(Box::new(Reader {
            pair: self.pair.clone(),
            path: self.path.clone(),
            stamp: self.stamp,
            sealed: self.sealed.clone(),
            file: file.into(),
            is_in_place: false,
            offset: 0,
            hasher: blake3::Hasher::new(),
        }))
    }
}

/// A file of the pair at one stamp.
pub(crate) struct FileContent {
    pub pair: Pair,
    pub path: RelPath,
    pub stamp: LocalStamp,
    /// It was read to its end and found untouched: from then on the service may have it whole.
    pub sealed: Arc<AtomicBool>,
}

struct Reader {
    pair: Pair,
    path: RelPath,
    stamp: LocalStamp,
    sealed: Arc<AtomicBool>,
    file: Arc<dyn OpenFile>,
    /// It is the file at the path, and has to be when it was read.
    is_in_place: bool,
    offset: u64,
    hasher: blake3::Hasher,
}

#[async_trait]
impl Content for FileContent {
    fn size(&self) -> u64 {
        self.stamp.size
    }

    fn modified_ns(&self) -> i64 {
        self.stamp.mtime_ns
    }

    async fn open(&self) -> Result<Box<dyn ContentReader>> {
        let (disk, path) = (self.pair.disk.clone(), self.path.clone());
        let opened =
            offloaded(&self.pair, move || disk.open(&path).and_then(|file| Ok((file.stamp()?, file))))
                .await?;
        let (stamp, file) = opened.map_err(|error| local_error(&self.path, error))?;
        if stamp != self.stamp {
            return Err(touched(&self.path));
        }
        Ok(Box::new(Reader {
            pair: self.pair.clone(),
            path: self.path.clone(),
            stamp,
            sealed: self.sealed.clone(),
            file: file.into(),
            is_in_place: true,
            offset: 0,
            hasher: blake3::Hasher::new(),
        }))
    }
}

#[async_trait]
impl ContentReader for Reader {
    async fn next(&mut self, max: usize) -> Result<Bytes> {
        let left = usize::try_from(self.stamp.size - self.offset).unwrap_or(usize::MAX);
        let (file, offset, wanted) = (self.file.clone(), self.offset, max.min(left));
        let mut hasher = std::mem::take(&mut self.hasher);
        let (hasher, read) = offloaded(&self.pair, move || {
            let mut buffer = vec![0; wanted];
            let read = file.read_at(offset, &mut buffer).map(|count| {
                buffer.truncate(count);
                hasher.update(&buffer);
                Bytes::from(buffer)
            });
            (hasher, read)
        })
        .await?;
        self.hasher = hasher;
        let bytes = read.map_err(|error| local_error(&self.path, error))?;
        if bytes.len() < wanted {
            return Err(touched(&self.path));
        }
        self.offset += bytes.len() as u64;
        self.pair.bandwidth.send(bytes.len()).await;
        self.pair.traffic.up.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        self.pair.tell(Event::Moved {
            path: self.path.clone(),
            up: true,
            bytes: bytes.len() as u64,
            of: Some(self.stamp.size),
        });
        Ok(bytes)
    }

    async fn seal(&mut self) -> Result<ContentHash> {
        let (file, disk, path) = (self.file.clone(), self.pair.disk.clone(), self.path.clone());
        let (open, there) = offloaded(&self.pair, move || (file.stamp(), disk.stat(&path))).await?;
        let open = open.map_err(|error| local_error(&self.path, error))?;
        let there = there.map_err(|error| local_error(&self.path, error))?;
        let stays = !self.is_in_place || there == Some(self.stamp);
        if open != self.stamp || !stays || self.offset != self.stamp.size {
            return Err(touched(&self.path));
        }
        self.sealed.store(true, Ordering::Relaxed);
        Ok(ContentHash(*self.hasher.finalize().as_bytes()))
    }
}

/// Makes a blocking call in the midst of a transfer.
pub(super) async fn offloaded<T: Send + 'static>(
    pair: &Pair,
    call: impl FnOnce() -> T + Send + 'static,
) -> Result<T> {
    pair.offload.run(call).await.map_err(|error| ProviderError::permanent(ErrorKind::LocalIo, error.message))
}

fn touched(path: &RelPath) -> ProviderError {
    ProviderError::permanent(ErrorKind::LocalChanged, format!("\"{path}\" changed while it was read"))
}

/// A failure of this computer's disk inside a transfer; a file that went away or changed is a change, not a failure.
pub(crate) fn local_error(path: &RelPath, error: DiskError) -> ProviderError {
    match error.kind {
        DiskErrorKind::NotFound | DiskErrorKind::Special | DiskErrorKind::Changed => touched(path),
        _ => ProviderError::permanent(ErrorKind::LocalIo, error.context.clone()).because(error),
    }
}
