//! A content as the body of one request: sealed before its last piece goes out, so that nothing becomes visible of a
//! file that changed meanwhile.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures_util::stream::{self, BoxStream, StreamExt};
use tidemark_core::node::ContentHash;

use crate::error::{ErrorKind, ProviderError, Result};
use crate::provider::ContentReader;

/// Bytes read at once.
const READ: usize = 1 << 20;

/// How the reading of a content ended.
#[derive(Clone, Default)]
pub struct Ending(Arc<Mutex<Option<Result<ContentHash>>>>);

impl Ending {
    /// The hash of everything, or the error that the connection only knows as a break. `None`: it wasn't read to its end.
    pub fn take(&self) -> Option<Result<ContentHash>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn set(&self, result: Result<ContentHash>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
    }
}

/// The content in pieces, `size` bytes in all, and how it will have ended. An empty content has no piece and no ending.
pub fn pieces(reader: Box<dyn ContentReader>, size: u64) -> (BoxStream<'static, Result<Bytes>>, Ending) {
    let ending = Ending::default();
    let state = (size > 0).then(|| (reader, size, ending.clone()));
    let pieces = stream::unfold(state, |state| async move {
        let (mut reader, left, ending) = state?;
        match piece(&mut *reader, left, &ending).await {
            Ok(bytes) => {
                let left = left - bytes.len() as u64;
                Some((Ok(bytes), (left > 0).then_some((reader, left, ending))))
            }
            Err(error) => {
                let known = ProviderError::permanent(error.kind, error.context.clone());
                ending.set(Err(error));
                Some((Err(known), None))
            }
        }
    });
    (pieces.boxed(), ending)
}

async fn piece(reader: &mut dyn ContentReader, left: u64, ending: &Ending) -> Result<Bytes> {
    let bytes = reader.next(left.min(READ as u64) as usize).await?;
    if bytes.is_empty() || bytes.len() as u64 > left {
        let why = "the file changed while it was read";
        return Err(ProviderError::passing(ErrorKind::LocalChanged, why));
    }
    if bytes.len() as u64 == left {
        ending.set(Ok(reader.seal().await?));
    }
    Ok(bytes)
}
