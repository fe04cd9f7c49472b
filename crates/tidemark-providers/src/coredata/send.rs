//! Getting a content ready to be put into place. Up to 8 MiB it goes into the request that does so: one is cheaper than
//! three. A larger one goes to the storage first, over a signed link: it doesn't pass through the application server,
//! nothing of it can be seen before it is whole, and when the request that puts it into place fails, its bytes needn't be
//! sent again. Where the service refuses links (they are the API's v3), it goes into the request as well, read as it is
//! sent.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::stream::{self, BoxStream, StreamExt as _};
use md5::{Digest, Md5};
use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HeaderValue};
use serde::{Deserialize, Serialize};
use tidemark_core::node::ContentHash;
use tokio::sync::OwnedSemaphorePermit;

use crate::coredata::api::STORING;
use crate::coredata::digest::{Md5Hex, Read, read_through};
use crate::coredata::{CoreData, error, media_type};
use crate::error::{ErrorKind, ProviderError, Result};
use crate::http::Request;
use crate::http::address::Link;
use crate::http::fault::{nonsense, page};
use crate::http::outgoing::{self, Ending};
use crate::provider::{ContentReader, SessionStore, Upload};

/// Largest content that goes into the request itself.
pub(super) const SMALL: u64 = 8 << 20;
/// Bytes read at once.
const PIECE: usize = 1 << 20;

/// A content that can be put into place.
pub(super) struct Prepared {
    pub(super) read: Read,
    pub(super) carrier: Carrier,
}

/// Where its bytes are.
pub(super) enum Carrier {
    /// Here.
    Body(Body),
    /// At the storage, under that name.
    Blob { name: String, sent_before: bool },
}

/// A content that goes into the request that puts it into place.
pub(super) struct Body {
    pub(super) pieces: BoxStream<'static, Result<Bytes>>,
    pub(super) sent: Sent,
    _permit: OwnedSemaphorePermit,
}

/// How the sending of a body went on this side.
pub(super) struct Sent(Option<Ending>);

impl Sent {
    /// What the request came to; where the content couldn't be read, that is why.
    pub(super) fn or<E: From<ProviderError>, T>(
        self,
        asked: std::result::Result<T, E>,
        what: &str,
    ) -> std::result::Result<T, E> {
        let Some(ending) = self.0 else { return asked };
        match (ending.take(), asked) {
            (Some(Err(error)), Err(_)) => Err(error.into()),
            (None | Some(Err(_)), Ok(_)) => {
                Err(nonsense(what, "the service answered before everything was sent").into())
            }
            (_, asked) => asked,
        }
    }
}

/// What an attempt leaves behind for the next one at the same content.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Session {
    /// The content is at the storage.
    blob: Option<Blob>,
    /// A new file was asked for, and what came of it isn't known.
    pub(super) asked: bool,
    /// The content arrived spoiled.
    pub(super) spoiled: Option<Spoiled>,
}

/// A file that has other bytes than were sent, and must still have them when they are sent again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Spoiled {
    pub(super) id: String,
    pub(super) snapshot: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Blob {
    name: String,
    hash: String,
}

impl Session {
    /// What was left behind, if anything.
    pub(super) async fn load(store: &dyn SessionStore) -> Result<Self> {
        let state = store.load().await?;
        Ok(state.and_then(|state| serde_json::from_value(state).ok()).unwrap_or_default())
    }

    /// Keeps it; durable when it returns.
    pub(super) async fn save(&self, store: &dyn SessionStore) -> Result<()> {
        match serde_json::to_value(self) {
            Ok(_) if *self == Self::default() => store.clear().await,
            Ok(state) => store.save(&state).await,
            Err(error) => Err(ProviderError::permanent(
                ErrorKind::LocalIo,
                "keeping what an interrupted upload needs failed",
            )
            .because(error)),
        }
    }

    /// What arrived spoiled isn't there any more: somebody else has deleted or replaced it.
    pub(super) async fn drop_spoiled(&mut self, store: &dyn SessionStore) -> Result<()> {
        match self.spoiled.take() {
            Some(_) => self.save(store).await,
            None => Ok(()),
        }
    }

    /// The content at the storage can't be used.
    pub(super) async fn drop_blob(&mut self, store: &dyn SessionStore) -> Result<()> {
        self.blob = None;
        self.save(store).await
    }
}

impl CoreData {
    /// Reads the content to its end, sealed, and brings it to where it can be put into place from.
    pub(super) async fn prepare(
        &self,
        upload: &Upload<'_>,
        session: &mut Session,
        what: &str,
    ) -> Result<Prepared> {
        let size = upload.content.size();
        if size <= SMALL {
            let permit = self.api.http.memory(size).await;
            let mut bytes = Vec::with_capacity(size as usize);
            let mut reader = upload.content.open().await?;
            let read =
                read_through(&mut *reader, size, PIECE, |piece| bytes.extend_from_slice(&piece)).await?;
            let pieces = stream::iter([Ok(bytes.into())]).boxed();
            return Ok(Prepared {
                read,
                carrier: Carrier::Body(Body { pieces, sent: Sent(None), _permit: permit }),
            });
        }
        if let Some(blob) = &session.blob {
            let mut reader = upload.content.open().await?;
            let read = read_through(&mut *reader, size, PIECE, drop).await?;
            if read.hash.to_string() == blob.hash {
                return Ok(Prepared {
                    read,
                    carrier: Carrier::Blob { name: blob.name.clone(), sent_before: true },
                });
            }
        }
        if !self.gives_no_links.load(Ordering::Relaxed) {
            let media_type = media_type::of(upload.to.path.name());
            if let Some((name, link)) = self.api.begin_blob(media_type, size, what).await? {
                let read = self.send_blob(upload, &link, media_type, what).await?;
                session.blob = Some(Blob { name: name.clone(), hash: read.hash.to_string() });
                session.save(upload.session).await?;
                return Ok(Prepared { read, carrier: Carrier::Blob { name, sent_before: false } });
            }
            self.gives_no_links.store(true, Ordering::Relaxed);
        }
        self.read_twice(upload).await
    }

    /// Reads the content for its digest, which must be known before it is sent, and readies it to be read once more.
    async fn read_twice(&self, upload: &Upload<'_>) -> Result<Prepared> {
        let size = upload.content.size();
        let permit = self.api.http.memory(outgoing::READ as u64).await;
        let read = read_through(&mut *upload.content.open().await?, size, PIECE, drop).await?;
        let again = Again { inner: upload.content.open().await?, hash: read.hash };
        let (pieces, ending) = outgoing::pieces(Box::new(again), size);
        let body = Body { pieces, sent: Sent(Some(ending)), _permit: permit };
        Ok(Prepared { read, carrier: Carrier::Body(body) })
    }

    async fn send_blob(
        &self,
        upload: &Upload<'_>,
        link: &Link,
        media_type: &'static str,
        what: &str,
    ) -> Result<Read> {
        let size = upload.content.size();
        let md5 = Arc::new(Mutex::new(Md5::new()));
        let reader = Hashing { inner: upload.content.open().await?, md5: Arc::clone(&md5) };
        let (pieces, ending) = outgoing::pieces(Box::new(reader), size);
        // The storage's signature covers the type: exactly the one that was declared.
        let request = Request::new(Method::PUT)
            .header(CONTENT_TYPE, HeaderValue::from_static(media_type))
            .streamed(size, pieces)
            .patient(STORING);
        let stored = self.api.http.link(request, link, what).await;
        let hash = match ending.take() {
            Some(Err(error)) => return Err(error),
            Some(Ok(hash)) => Some(hash),
            None => None,
        };
        let answer = stored?;
        if !answer.status().is_success() {
            return Err(error::storage(answer.refusal().await, what));
        }
        if answer.is_page() {
            return Err(page(what));
        }
        let hash: ContentHash =
            hash.ok_or_else(|| nonsense(what, "the storage answered before everything was sent"))?;
        let md5 = md5.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Ok(Read { size, md5: Md5Hex::from_hasher(md5), hash })
    }
}

/// Reads and hashes for the service as it goes.
struct Hashing {
    inner: Box<dyn ContentReader>,
    md5: Arc<Mutex<Md5>>,
}

#[async_trait]
impl ContentReader for Hashing {
    async fn next(&mut self, max: usize) -> Result<Bytes> {
        let bytes = self.inner.next(max).await?;
        self.md5.lock().unwrap_or_else(PoisonError::into_inner).update(&bytes);
        Ok(bytes)
    }

    async fn seal(&mut self) -> Result<ContentHash> {
        self.inner.seal().await
    }
}

/// Reads a content once more; another one isn't sealed.
struct Again {
    inner: Box<dyn ContentReader>,
    hash: ContentHash,
}

#[async_trait]
impl ContentReader for Again {
    async fn next(&mut self, max: usize) -> Result<Bytes> {
        self.inner.next(max).await
    }

    async fn seal(&mut self) -> Result<ContentHash> {
        match self.inner.seal().await? {
            hash if hash == self.hash => Ok(hash),
            _ => Err(ProviderError::permanent(ErrorKind::LocalChanged, "the file changed while it was read")),
        }
    }
}
