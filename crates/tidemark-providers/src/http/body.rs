//! Bodies of requests, in pieces whose going out can be watched.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use futures_util::stream::{self, BoxStream, StreamExt, TryStreamExt};

use crate::error::Result;

/// Bytes of a piece in which a body is handed to the connection; each is movement.
const PIECE: usize = 64 << 10;

/// What is sent.
pub(super) enum Body {
    /// Bytes in memory.
    Bytes(Bytes),
    /// Bytes that are read as they are sent, so many of them. An error breaks the request off.
    Streamed { length: u64, pieces: BoxStream<'static, Result<Bytes>> },
}

/// Counts the bytes that a connection has taken.
#[derive(Debug, Clone, Default)]
pub(super) struct Movement(Arc<AtomicU64>);

impl Movement {
    pub(super) fn bytes(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    fn moved(&self, piece: &Bytes) {
        self.0.fetch_add(piece.len() as u64, Ordering::Relaxed);
    }
}

impl Body {
    pub(super) fn length(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Streamed { length, .. } => *length,
        }
    }

    pub(super) fn watched(self, movement: &Movement) -> reqwest::Body {
        let movement = movement.clone();
        match self {
            Self::Bytes(bytes) if bytes.is_empty() => bytes.into(),
            Self::Bytes(bytes) => {
                reqwest::Body::wrap_stream(stream::iter(in_pieces(bytes).map(move |piece| {
                    movement.moved(&piece);
                    Ok::<_, Infallible>(piece)
                })))
            }
            Self::Streamed { pieces, .. } => {
                let pieces = pieces.map(|read| stream::iter(read.map(in_pieces).map_or_else(broken, whole)));
                reqwest::Body::wrap_stream(pieces.flatten().inspect_ok(move |piece| movement.moved(piece)))
            }
        }
    }
}

type Pieces = Box<dyn Iterator<Item = Result<Bytes>> + Send>;

fn whole(pieces: impl Iterator<Item = Bytes> + Send + 'static) -> Pieces {
    Box::new(pieces.map(Ok))
}

fn broken(error: crate::error::ProviderError) -> Pieces {
    Box::new(std::iter::once(Err(error)))
}

fn in_pieces(bytes: Bytes) -> impl Iterator<Item = Bytes> + Send + 'static {
    (0..bytes.len()).step_by(PIECE).map(move |start| bytes.slice(start..bytes.len().min(start + PIECE)))
}
