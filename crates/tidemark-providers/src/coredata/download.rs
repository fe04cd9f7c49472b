//! Downloads: a redirect to a signed link on the same host, which is followed without the credential. What arrived is
//! verified by its MD5: a small content before it reaches the sink, a large one by reading it back from there. Where the
//! service names none, the file is asked for once more.

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use md5::{Digest, Md5};
use tidemark_core::node::Remote;

use crate::coredata::digest::Md5Hex;
use crate::coredata::error::{self, Absence};
use crate::coredata::facts::Fact;
use crate::coredata::id::{ItemId, Known};
use crate::coredata::{CoreData, wire::File};
use crate::error::{ErrorKind, ProviderError, Result};
use crate::http::download::{Download, PART, Source};
use crate::http::fault::nonsense;
use crate::provider::{RemoteRef, Sink};

/// Bytes read back at once.
const READ_BACK: u64 = 1 << 20;

/// Fetches a content; see [`crate::Provider::download`].
pub(super) async fn download(service: &CoreData, item: &RemoteRef, into: &dyn Sink) -> Result<Remote> {
    let what = format!("fetching {}", service.named(&item.path));
    let (id, fact) = fact(service, item, &what).await?;
    let fetched = fetch(service, &id, &fact, into, &what).await;
    if fetched.as_ref().is_err_and(|error| error.kind == ErrorKind::DigestMismatch) {
        // It may have another content by now.
        service.facts.forget(&id);
    }
    fetched?;
    Ok(fact.remote)
}

async fn fetch(service: &CoreData, id: &ItemId, fact: &Fact, into: &dyn Sink, what: &str) -> Result<()> {
    let link = service.api.content_link(id, what).await.map_err(Absence::into_error)?;
    let missing = into.begin(&fact.remote).await?;
    let Some(size) = fact.remote.size else { return Err(nonsense(what, "the service gave no size")) };
    let download = Download {
        http: &service.api.http,
        from: Source::Link(&link),
        size: Some(size),
        what,
        refused: error::storage,
    };
    let Some(md5) = fact.md5 else {
        download.run(missing, into).await?;
        return is_unmoved(service, id, fact, what).await;
    };
    if size <= PART {
        let held = Held::default();
        download.run(std::iter::once(0..size).collect(), &held).await?;
        let bytes = held.into_bytes();
        if bytes.len() as u64 != size || Md5Hex::of(&bytes) != md5 {
            return Err(differs(what));
        }
        return write(&bytes, missing, into).await;
    }
    download.run(missing, into).await?;
    match read_back(into, size).await? {
        Some(found) if found != md5 => Err(differs(what)),
        _ => Ok(()),
    }
}

async fn fact(service: &CoreData, item: &RemoteRef, what: &str) -> Result<(ItemId, Fact)> {
    let file: File = match item.id.as_ref().and_then(Known::of) {
        Some(Known::File(id)) => match service.facts.get(&id) {
            Some(fact) => return Ok((id, fact)),
            None => service.api.file(&id, what).await.map_err(Absence::into_error)?,
        },
        _ => service.file_by_path(&item.path, what).await?.ok_or_else(|| {
            ProviderError::permanent(ErrorKind::NotFound, format!("{what}: CoreData has no such file"))
        })?,
    };
    let Some(remote) = file.remote() else {
        return Err(nonsense(what, "the service gave no snapshot id"));
    };
    service.facts.learn(&file);
    Ok((file.id, Fact { remote, md5: file.digest }))
}

/// Where no digest tells that all parts are of one content: it must be the newest one still.
async fn is_unmoved(service: &CoreData, id: &ItemId, fact: &Fact, what: &str) -> Result<()> {
    let file = service.api.file(id, what).await.map_err(Absence::into_error)?;
    if !file.is_in_trash() && file.revision().as_ref() == Some(&fact.remote.revision) {
        return Ok(());
    }
    let why = format!("{what}: it was changed there while it was fetched");
    Err(ProviderError::passing(ErrorKind::DigestMismatch, why))
}

/// The digest of what is in the sink; `None` for one that can't be read.
async fn read_back(sink: &dyn Sink, size: u64) -> Result<Option<Md5Hex>> {
    let mut md5 = Md5::new();
    let mut at = 0;
    while at < size {
        let end = size.min(at + READ_BACK);
        let Some(bytes) = sink.read(at..end).await? else { return Ok(None) };
        md5.update(&bytes);
        at = end;
    }
    Ok(Some(Md5Hex::from_hasher(md5)))
}

async fn write(bytes: &Bytes, missing: Vec<Range<u64>>, into: &dyn Sink) -> Result<()> {
    for range in missing {
        let range = range.start as usize..(range.end.min(bytes.len() as u64)) as usize;
        if range.start < range.end {
            into.write(range.start as u64, bytes.slice(range)).await?;
        }
    }
    Ok(())
}

fn differs(what: &str) -> ProviderError {
    let why = format!("{what}: the content isn't what the service's digest says");
    ProviderError::passing(ErrorKind::DigestMismatch, why)
}

/// Holds a small content until it is verified.
#[derive(Default)]
struct Held(Mutex<Vec<u8>>);

impl Held {
    fn into_bytes(self) -> Bytes {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner).into()
    }
}

#[async_trait]
impl Sink for Held {
    async fn begin(&self, remote: &Remote) -> Result<Vec<Range<u64>>> {
        Ok(std::iter::once(0..remote.size.unwrap_or(u64::MAX)).collect())
    }

    /// A whole content comes in order.
    async fn write(&self, _offset: u64, bytes: Bytes) -> Result<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(&bytes);
        Ok(())
    }
}
