//! Bodies of requests, in pieces whose going out can be watched.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::{self, BoxStream, StreamExt, TryStreamExt};

use crate::error::Result;

/// Bytes of a piece in which a body is handed to the connection; each is movement.
const PIECE: usize = 64 << 10;
/// What a connection and the system under it hold of a body that isn't on the wire yet, at most.
const BUFFERED: u64 = 1 << 20;
/// The slowest connection that gets a body through, in bytes a second.
const SLOWEST: u64 = 4 << 10;

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

/// For how long nothing may move when the connection has taken `taken` bytes of a body of `length`: `idle`, and once it
/// has all of them `answer`, from when its last bytes may have arrived.
pub(super) fn wait(taken: u64, length: u64, idle: Duration, answer: Duration) -> Duration {
    if taken < length { idle } else { answer + Duration::from_secs(length.min(BUFFERED).div_ceil(SLOWEST)) }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_slow_connection_took_has_time_to_arrive() {
        let [idle, answer] = [30, 40].map(Duration::from_secs);
        let after_all_of = |length| wait(length, length, idle, answer);
        assert_eq!(wait(0, 1, idle, answer), idle);
        assert_eq!(wait((8 << 20) - 1, 8 << 20, idle, answer), idle);
        assert_eq!(after_all_of(0), answer);
        // At 4,000 bytes a second it takes 95 seconds.
        assert!(after_all_of(380_000) > answer + Duration::from_secs(90));
        assert_eq!(after_all_of(8 << 20), after_all_of(1 << 20), "the rest was seen to move");
        assert!(after_all_of(u64::MAX) < Duration::from_secs(600));
    }
}
