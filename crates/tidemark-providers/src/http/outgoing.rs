//! A content that goes out as the body of one request, sealed before its last byte leaves.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures_util::stream::{self, BoxStream, StreamExt};
use tidemark_core::node::ContentHash;

use crate::error::{ErrorKind, ProviderError, Result};
use crate::provider::ContentReader;

/// Bytes read at once; so many of a content are in memory.
pub const READ: usize = 1 << 20;

/// How the reading of a content ended, to be asked once the request is over.
#[derive(Clone, Default)]
pub struct Ending(Arc<Mutex<Option<Result<ContentHash>>>>);

impl Ending {
    /// The hash of everything, or the reader's error, which the connection only knows as a break. `None`: the content
    /// wasn't sealed, so its last byte never left.
    pub fn take(&self) -> Option<Result<ContentHash>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn is(&self, ending: Result<ContentHash>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(ending);
    }
}

/// The content's `size` bytes in pieces. The last one is held back until the content is sealed: before it, no service
/// has a whole content. An empty content is sealed and has no pieces.
pub fn pieces(reader: Box<dyn ContentReader>, size: u64) -> (BoxStream<'static, Result<Bytes>>, Ending) {
    let ending = Ending::default();
    let state = Some((reader, size, ending.clone()));
    let pieces = stream::unfold(state, |state| async move {
        let (mut reader, left, ending) = state?;
        match piece(&mut *reader, left, &ending).await {
            Ok(bytes) if bytes.is_empty() => None,
            Ok(bytes) => {
                let left = left - bytes.len() as u64;
                Some((Ok(bytes), (left > 0).then_some((reader, left, ending))))
            }
            Err(error) => {
                let known = ProviderError::permanent(error.kind, error.context.clone());
                ending.is(Err(error));
                Some((Err(known), None))
            }
        }
    });
    (pieces.boxed(), ending)
}

async fn piece(reader: &mut dyn ContentReader, left: u64, ending: &Ending) -> Result<Bytes> {
    let mut bytes = Bytes::new();
    if left > 0 {
        bytes = reader.next(left.min(READ as u64) as usize).await?;
        if bytes.is_empty() || bytes.len() as u64 > left {
            let why = "the file changed while it was read";
            return Err(ProviderError::passing(ErrorKind::LocalChanged, why));
        }
    }
    if bytes.len() as u64 == left {
        let hash = reader.seal().await?;
        ending.is(Ok(hash));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;

    use super::*;

    struct Reader {
        rest: Bytes,
        touched: bool,
    }

    #[async_trait]
    impl ContentReader for Reader {
        async fn next(&mut self, max: usize) -> Result<Bytes> {
            Ok(self.rest.split_to(max.min(self.rest.len())))
        }

        async fn seal(&mut self) -> Result<ContentHash> {
            match self.touched {
                true => Err(ProviderError::passing(ErrorKind::LocalChanged, "it changed")),
                false => Ok(ContentHash([7; 32])),
            }
        }
    }

    /// The bytes that went out, whether they ended in an error, and the ending.
    async fn sent(content: usize, size: u64, touched: bool) -> (usize, bool, Option<Result<ContentHash>>) {
        let reader = Box::new(Reader { rest: vec![1; content].into(), touched });
        let (mut pieces, ending) = pieces(reader, size);
        let (mut count, mut broken) = (0, false);
        while let Some(piece) = pieces.next().await {
            match piece {
                Ok(bytes) => count += bytes.len(),
                Err(_) => broken = true,
            }
        }
        (count, broken, ending.take())
    }

    #[tokio::test]
    async fn a_content_leaves_whole_and_sealed() {
        for size in [0, 1, READ, READ + 1, 3 * READ] {
            let (count, broken, ending) = sent(size, size as u64, false).await;
            assert_eq!((count, broken), (size, false));
            assert_eq!(ending.unwrap().unwrap(), ContentHash([7; 32]));
        }
    }

    #[tokio::test]
    async fn what_changed_never_leaves_whole() {
        for size in [1, READ, READ + 1] {
            let (count, broken, ending) = sent(size, size as u64, true).await;
            assert!(count < size && broken, "{size}");
            assert_eq!(ending.unwrap().unwrap_err().kind, ErrorKind::LocalChanged);
        }
        let (count, broken, ending) = sent(0, 0, true).await;
        assert!(count == 0 && broken && ending.unwrap().is_err());
        let (_, broken, ending) = sent(5, 6, false).await;
        assert!(broken, "it is shorter than announced");
        assert_eq!(ending.unwrap().unwrap_err().kind, ErrorKind::LocalChanged);
    }

    #[tokio::test]
    async fn what_was_not_read_to_its_end_has_no_ending() {
        let reader = Box::new(Reader { rest: vec![1; 2 * READ].into(), touched: false });
        let (mut pieces, ending) = pieces(reader, 2 * READ as u64);
        assert!(pieces.next().await.unwrap().is_ok());
        assert!(ending.take().is_none());
    }
}
