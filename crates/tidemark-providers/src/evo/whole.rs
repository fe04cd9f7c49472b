//! Large contents in one request, for a storage that doesn't put blocks together: the vendor's page promises no more.
//! It can't go on after a break.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures_util::stream::{self, BoxStream, StreamExt};
use tidemark_core::node::ContentHash;

use crate::error::{ErrorKind, ProviderError, Result};
use crate::evo::upload::{Sending, put_blob};
use crate::http::fault::nonsense;
use crate::provider::{ContentReader, Uploaded};

/// Bytes read at once.
const READ: usize = 1 << 20;

/// How the reading ended: with the hash of everything, or an error that the connection only knows as a break.
type Ending = Arc<Mutex<Option<Result<ContentHash>>>>;

pub(super) async fn send(sending: &Sending<'_>) -> Result<Uploaded> {
    let begun = sending.begin().await?;
    sending.evo.attempts.begun(&sending.path, &begun.version_id, None);
    let Some(link) = &begun.link else { return Err(sending.changed_here()) };
    let ending = Ending::default();
    let reader = sending.upload.content.open().await?;
    let pieces = pieces(reader, sending.size, Arc::clone(&ending));
    let stored = sending.store(put_blob().streamed(sending.size, pieces), link).await;
    let ending = ending.lock().unwrap_or_else(PoisonError::into_inner).take();
    match ending {
        Some(Err(error)) => Err(error),
        Some(Ok(hash)) => {
            stored?;
            sending.confirm(&begun, hash).await
        }
        None => {
            stored?;
            Err(nonsense(&sending.what, "the storage answered before everything was sent"))
        }
    }
}

/// The content in pieces. The last one is held back until the content is sealed: before it, nothing becomes visible.
fn pieces(reader: Box<dyn ContentReader>, size: u64, ending: Ending) -> BoxStream<'static, Result<Bytes>> {
    let state = Some((reader, size, ending));
    stream::unfold(state, |state| async move {
        let (mut reader, left, ending) = state?;
        match piece(&mut *reader, left, &ending).await {
            Ok(bytes) => {
                let left = left - bytes.len() as u64;
                Some((Ok(bytes), (left > 0).then_some((reader, left, ending))))
            }
            Err(error) => {
                let known = ProviderError::permanent(error.kind, error.context.clone());
                *ending.lock().unwrap_or_else(PoisonError::into_inner) = Some(Err(error));
                Some((Err(known), None))
            }
        }
    })
    .boxed()
}

async fn piece(reader: &mut dyn ContentReader, left: u64, ending: &Ending) -> Result<Bytes> {
    let bytes = reader.next(left.min(READ as u64) as usize).await?;
    if bytes.is_empty() || bytes.len() as u64 > left {
        let why = "the file changed while it was read";
        return Err(ProviderError::passing(ErrorKind::LocalChanged, why));
    }
    if bytes.len() as u64 == left {
        let hash = reader.seal().await?;
        *ending.lock().unwrap_or_else(PoisonError::into_inner) = Some(Ok(hash));
    }
    Ok(bytes)
}
