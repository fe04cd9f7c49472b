//! Where calls that block are made: on threads of their own, or, in a simulated world, in place and in order.

use crate::error::{EngineError, ErrorCode, Result};

/// Where calls that block are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offload {
    /// On the runtime's threads for blocking calls.
    Threads,
    /// In place: the same seed gives the same trace.
    Inline,
}

impl Offload {
    /// Makes a blocking call. Fails only when the thread of it panicked.
    pub async fn run<T: Send + 'static>(self, call: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        match self {
            Self::Inline => Ok(call()),
            Self::Threads => tokio::task::spawn_blocking(call).await.map_err(|error| {
                EngineError::new(ErrorCode::Failed, format!("an internal step failed: {error}"))
            }),
        }
    }
}
