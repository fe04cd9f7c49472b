//! Downloads in parts. A part is asked for with a `Content-Range` whose end is exclusive and comes as a whole answer (200)
//! of so many bytes; before the first and after the last one the size is asked for.
//!
//! The size doesn't tell one content from another, so what an earlier process has fetched isn't gone on with: it may be
//! of another content. What this one has fetched itself is, for as long as a break usually lasts.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use tidemark_core::node::Remote;
use tidemark_core::path::RelPath;
use tokio::time::Instant;

use crate::error::{ErrorKind, ProviderError, Result};
use crate::et_engine::error::Denied;
use crate::et_engine::session::PART;
use crate::et_engine::{EtEngine, file};
use crate::http::download::finish_all;
use crate::http::fault::nonsense;
use crate::provider::Sink;

/// For how long what was fetched before a break is gone on with.
const TRUSTED: Duration = Duration::from_secs(600);
/// Broken downloads that are remembered.
const MOST_BROKEN: usize = 256;

/// Downloads that broke off, by whole path.
#[derive(Default)]
pub(super) struct Fetching(Mutex<HashMap<RelPath, Broken>>);

/// What one has fetched before it broke off.
struct Broken {
    size: u64,
    began: Instant,
    /// Offsets of the parts that the sink has.
    fetched: Vec<u64>,
}

impl Fetching {
    fn take(&self, path: &RelPath, size: u64) -> Broken {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(path);
        known
            .filter(|broken| broken.size == size && broken.began.elapsed() < TRUSTED)
            .unwrap_or_else(|| Broken { size, began: Instant::now(), fetched: Vec::new() })
    }

    fn keep(&self, path: RelPath, broken: Broken) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST_BROKEN {
            all.clear();
        }
        all.insert(path, broken);
    }
}

/// Fetches a file; see [`crate::Provider::download`].
pub(super) async fn download(
    service: &EtEngine,
    path: &RelPath,
    into: &dyn Sink,
    what: &str,
) -> Result<Remote> {
    let full = service.full(path)?;
    let size = service.api.size(&full, what).await.map_err(Denied::into_error)?;
    let remote = file(path, size);
    let missing = into.begin(&remote).await?;
    let broken = service.fetching.take(&full, size);
    let began = broken.began;
    let wanted: Vec<u64> = (0..size)
        .step_by(PART as usize)
        .filter(|at| !broken.fetched.contains(at) || is_missing(*at, size, &missing))
        .collect();
    let fetched = Mutex::new(broken.fetched);
    let (from, done) = (&full, &fetched);
    let parts = wanted.into_iter().map(|at| async move {
        fetch(service, from, at..size.min(at + PART), into, what).await?;
        done.lock().unwrap_or_else(PoisonError::into_inner).push(at);
        Ok(())
    });
    if let Err(error) = finish_all(parts).await {
        if error.kind != ErrorKind::DigestMismatch {
            let fetched = fetched.into_inner().unwrap_or_else(PoisonError::into_inner);
            service.fetching.keep(full, Broken { size, began, fetched });
        }
        return Err(error);
    }
    match service.api.size(&full, what).await {
        Ok(now) if now == size => Ok(remote),
        Ok(now) => Err(changed(what, &format!("it had {size} bytes before and {now} after"))),
        Err(denied) => Err(denied.into_error()),
    }
}

fn is_missing(at: u64, size: u64, missing: &[Range<u64>]) -> bool {
    let end = size.min(at + PART);
    missing.iter().any(|range| range.start < end && at < range.end)
}

/// Fetches a part into a sink. Nothing reaches it before the head of the answer has announced exactly that part's length.
async fn fetch(
    service: &EtEngine,
    full: &RelPath,
    part: Range<u64>,
    into: &dyn Sink,
    what: &str,
) -> Result<()> {
    let mut answer = service.api.part(full, &part, what).await.map_err(Denied::into_error)?;
    let length = part.end - part.start;
    match answer.length() {
        Some(announced) if announced == length => {}
        Some(announced) => return Err(changed(what, &format!("{announced} bytes came instead of {length}"))),
        None => return into.write(part.start, held(answer, length, what).await?).await,
    }
    let mut at = part.start;
    while let Some(chunk) = answer.chunk().await? {
        let end = at + chunk.len() as u64;
        if end > part.end {
            return Err(nonsense(what, "the service sent more than it announced"));
        }
        into.write(at, chunk).await?;
        at = end;
    }
    if at < part.end {
        return Err(ProviderError::passing(
            ErrorKind::Network,
            format!("{what}: the content broke off before its end"),
        ));
    }
    Ok(())
}

/// A part in memory.
pub(super) async fn part(service: &EtEngine, full: &RelPath, part: &Range<u64>, what: &str) -> Result<Bytes> {
    let answer = service.api.part(full, part, what).await.map_err(Denied::into_error)?;
    held(answer, part.end - part.start, what).await
}

async fn held(mut answer: crate::http::answer::Answer, length: u64, what: &str) -> Result<Bytes> {
    let mut bytes = BytesMut::new();
    while let Some(chunk) = answer.chunk().await? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() as u64 > length {
            return Err(changed(what, &format!("more than {length} bytes came")));
        }
    }
    if (bytes.len() as u64) < length {
        return Err(changed(what, &format!("{} bytes came instead of {length}", bytes.len())));
    }
    Ok(bytes.freeze())
}

fn changed(what: &str, how: &str) -> ProviderError {
    ProviderError::passing(ErrorKind::DigestMismatch, format!("{what}: it changed there meanwhile: {how}"))
}
