//! Downloads in parts. A part is asked for with a `Content-Range` whose end is exclusive and comes as a whole answer (200)
//! of so many bytes; before the first and after the last one the size is asked for.

use std::ops::Range;

use bytes::{Bytes, BytesMut};
use tidemark_core::node::Remote;
use tidemark_core::path::RelPath;

use crate::error::{ErrorKind, ProviderError, Result};
use crate::et_engine::error::Denied;
use crate::et_engine::{EtEngine, file};
use crate::http::answer::Answer;
use crate::http::download::{finish_all, split};
use crate::http::fault::nonsense;
use crate::provider::Sink;

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
    let parts = split(&into.begin(&remote).await?, size);
    finish_all(parts.into_iter().map(|part| fetch(service, &full, part, into, what))).await?;
    match service.api.size(&full, what).await {
        Ok(now) if now == size => Ok(remote),
        Ok(now) => Err(changed(what, &format!("it had {size} bytes before and {now} after"))),
        Err(denied) => Err(denied.into_error()),
    }
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

async fn held(mut answer: Answer, length: u64, what: &str) -> Result<Bytes> {
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
