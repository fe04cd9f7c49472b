//! Fetching a content into the staging area, where it waits, whole and hashed, for its place.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use tidemark_core::node::{ContentHash, Remote};
use tidemark_core::path::RelPath;
use tidemark_disk::disk::Staging;
use tidemark_disk::{DiskError, DiskErrorKind};
use tidemark_providers::provider::{RemoteRef, Sink, VersionId};
use tidemark_providers::{ErrorKind, ProviderError, Result};

use super::content::{local_error, offloaded};
use crate::pair::Pair;
use crate::report::Event;

/// A content in the staging area.
#[derive(Debug)]
pub(crate) struct Fetched {
    /// Name of the staging file.
    pub key: String,
    /// What the service said of it, with its hash.
    pub remote: Remote,
    /// Its hash.
    pub hash: ContentHash,
    /// Its size in bytes.
    pub size: u64,
}

/// Fetches the newest content of an item, or that of a version, trying again as long as that can help.
pub(crate) async fn fetch(
    pair: &Pair,
    item: &RemoteRef,
    version: Option<&VersionId>,
    slowed: &(dyn Fn(&ProviderError) + Send + Sync),
) -> Result<Fetched> {
    let least_missing = AtomicU64::new(u64::MAX);
    let progress = || u64::MAX - least_missing.load(Ordering::Relaxed);
    // Where a revision can stand for two contents, what an earlier fetch left may be a part of another one.
    let only_now = pair.provider.capabilities().weak_revision.then(|| format!(" {}", pair.clock.now_ns()));
    let mark = only_now.unwrap_or_default();
    let call = || attempt(pair, item, version, &mark, &least_missing);
    pair.pacer.persist_while(&pair.cancel, slowed, &progress, call).await
}

async fn attempt(
    pair: &Pair,
    item: &RemoteRef,
    version: Option<&VersionId>,
    mark: &str,
    least_missing: &AtomicU64,
) -> Result<Fetched> {
    let sink = StagingSink { pair, path: &item.path, version, mark, least_missing, begun: Mutex::new(None) };
    let downloaded = pair.provider.download(item, version, &sink).await;
    if let Err(error) = &downloaded
        && (is_full(error) || error.kind == ErrorKind::DigestMismatch)
    {
        discard(&sink).await?;
    }
    let remote = downloaded?;
    let begun = sink.begun.into_inner().unwrap_or_else(PoisonError::into_inner);
    let Some(Begun { key, staging, size, written }) = begun else {
        return Err(ProviderError::permanent(
            ErrorKind::Protocol,
            format!("\"{}\" came without a start", item.path),
        ));
    };
    let size = size.unwrap_or(written);
    let sealed = offloaded(pair, move || staging.seal(size)).await?;
    let hash = match sealed {
        Ok(hash) => hash,
        Err(error) => {
            return Err(ProviderError::passing(
                ErrorKind::Network,
                format!("\"{}\" did not arrive whole", item.path),
            )
            .because(error));
        }
    };
    if remote.hash.is_some_and(|announced| announced != hash) {
        let (disk, key) = (pair.disk.clone(), key.clone());
        let _ = offloaded(pair, move || disk.discard(&key)).await?;
        let text = format!("what arrived of \"{}\" isn't what the service announced", item.path);
        return Err(ProviderError::passing(ErrorKind::DigestMismatch, text));
    }
    Ok(Fetched { key, remote: Remote { hash: Some(hash), ..remote }, hash, size })
}

fn is_full(error: &ProviderError) -> bool {
    let disk = error.source.as_ref().and_then(|source| source.downcast_ref::<DiskError>());
    disk.is_some_and(|error| error.kind == DiskErrorKind::Full)
}

/// What doesn't fit gives its room back to what does, and what is spoiled isn't gone on with.
async fn discard(sink: &StagingSink<'_>) -> Result<()> {
    let begun = sink.begun.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(Begun { key, staging, .. }) = begun {
        let disk = sink.pair.disk.clone();
        let _ = offloaded(sink.pair, move || {
            drop(staging);
            disk.discard(&key)
        })
        .await?;
    }
    Ok(())
}

struct Begun {
    key: String,
    staging: Arc<dyn Staging>,
    size: Option<u64>,
    written: u64,
}

struct StagingSink<'a> {
    pair: &'a Pair,
    path: &'a RelPath,
    version: Option<&'a VersionId>,
    /// Tells this fetch's staging file from those of others; empty where the revision is enough.
    mark: &'a str,
    /// Bytes that the attempt which got furthest found missing when it began.
    least_missing: &'a AtomicU64,
    begun: Mutex<Option<Begun>>,
}

#[async_trait]
impl Sink for StagingSink<'_> {
    async fn begin(&self, remote: &Remote) -> Result<Vec<Range<u64>>> {
        let revision = self.version.map_or(&*remote.revision.0, |version| &version.0);
        let key = staging_key(self.path, &format!("{revision}{}", self.mark));
        let (disk, name) = (self.pair.disk.clone(), key.clone());
        let staging: Arc<dyn Staging> = offloaded(self.pair, move || disk.stage(&name))
            .await?
            .map_err(|error| local_error(self.path, error))?
            .into();
        let missing = missing(&staging.present(), remote.size.unwrap_or(u64::MAX));
        let bytes = missing.iter().map(|range| range.end - range.start).sum();
        self.least_missing.fetch_min(bytes, Ordering::Relaxed);
        *self.begun.lock().unwrap_or_else(PoisonError::into_inner) =
            Some(Begun { key, staging, size: remote.size, written: 0 });
        Ok(missing)
    }

    async fn write(&self, offset: u64, bytes: Bytes) -> Result<()> {
        let count = bytes.len() as u64;
        let end = offset.saturating_add(count);
        let (staging, of) = {
            let mut begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(begun) = begun.as_mut() else {
                return Err(ProviderError::permanent(ErrorKind::Protocol, "bytes came before their start"));
            };
            if begun.size.is_some_and(|size| end > size) {
                let text = format!("\"{}\" is longer than the service announced", self.path);
                return Err(ProviderError::passing(ErrorKind::DigestMismatch, text));
            }
            begun.written = begun.written.max(end);
            (begun.staging.clone(), begun.size)
        };
        self.pair.bandwidth.fetch(bytes.len()).await;
        offloaded(self.pair, move || staging.write_at(offset, &bytes))
            .await?
            .map_err(|error| local_error(self.path, error))?;
        self.pair.traffic.down.fetch_add(count, Ordering::Relaxed);
        self.pair.tell(Event::Moved { path: self.path.clone(), up: false, bytes: count, of });
        Ok(())
    }

    async fn read(&self, range: Range<u64>) -> Result<Option<Bytes>> {
        let staging = {
            let begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
            begun.as_ref().map(|begun| begun.staging.clone())
        };
        let Some(staging) = staging else { return Ok(None) };
        let read = offloaded(self.pair, move || staging.read_at(range)).await?;
        read.map(|bytes| Some(bytes.into())).map_err(|error| local_error(self.path, error))
    }
}

/// The staging file of one revision at one path: an interrupted fetch finds it again.
pub(crate) fn staging_key(path: &RelPath, revision: &str) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(path.as_str().as_bytes());
    hasher.update(&[0]);
    hasher.update(revision.as_bytes());
    hasher.finalize().to_hex().as_str()[..40].to_owned()
}

fn missing(present: &[Range<u64>], size: u64) -> Vec<Range<u64>> {
    let mut missing = Vec::new();
    let mut at = 0;
    for range in present {
        if range.start > at {
            missing.push(at..range.start.min(size));
        }
        at = at.max(range.end);
    }
    if at < size {
        missing.push(at..size);
    }
    missing
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_lies_between_what_is_there() {
        let ranges = |list: &[(u64, u64)]| list.iter().map(|(a, b)| *a..*b).collect::<Vec<_>>();
        for (present, size, expected) in [
            (&[][..], 10, &[(0, 10)][..]),
            (&[(0, 10)], 10, &[]),
            (&[(2, 4), (6, 8)], 10, &[(0, 2), (4, 6), (8, 10)]),
            (&[(0, 4)], u64::MAX, &[(4, u64::MAX)]),
            (&[], 0, &[]),
        ] {
            assert_eq!(missing(&ranges(present), size), ranges(expected));
        }
    }
}
