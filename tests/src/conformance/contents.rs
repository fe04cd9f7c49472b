//! Contents to send, some of which something happens to.

use std::future::pending;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use tidemark_core::node::{ContentHash, Remote};
use tidemark_providers::provider::{Content, ContentReader, Sink};
use tidemark_providers::{ErrorKind, ProviderError, Result};
use tokio::sync::Notify;

use crate::doubles::{Memory, Taken};

/// Bytes that are nowhere the same, others for another seed.
pub(crate) fn pattern(size: usize, seed: u64) -> Bytes {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut bytes = Vec::with_capacity(size + 8);
    while bytes.len() < size {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        bytes.extend_from_slice(&(state >> 11).to_le_bytes());
    }
    bytes.truncate(size);
    bytes.into()
}

/// What is done in between.
pub(crate) type Deed = Arc<dyn Fn() -> BoxFuture<'static, ()> + Send + Sync>;

/// What happens to a content while it is sent.
#[derive(Clone)]
pub(crate) enum Event {
    /// It can't be read further than so many bytes, now and for ever; says when it has come to that.
    StuckAt(u64, Arc<Notify>),
    /// It turns out to be shorter, after so many bytes.
    EndsAt(u64),
    /// Something is done when all of it was read, before the service may show it.
    BeforeSeal(Deed),
}

/// A content that something happens to.
pub(crate) struct Eventful {
    pub(crate) content: Memory,
    pub(crate) event: Event,
}

#[async_trait]
impl Content for Eventful {
    fn size(&self) -> u64 {
        self.content.size()
    }

    fn modified_ns(&self) -> i64 {
        self.content.modified_ns()
    }

    async fn open(&self) -> Result<Box<dyn ContentReader>> {
        Ok(Box::new(Reading { reader: self.content.open().await?, read: 0, event: self.event.clone() }))
    }
}

struct Reading {
    reader: Box<dyn ContentReader>,
    read: u64,
    event: Event,
}

#[async_trait]
impl ContentReader for Reading {
    async fn next(&mut self, max: usize) -> Result<Bytes> {
        let bytes = self.reader.next(max).await?;
        self.read += bytes.len() as u64;
        match &self.event {
            Event::StuckAt(at, stuck) if self.read >= *at => {
                stuck.notify_one();
                pending().await
            }
            Event::EndsAt(at) if self.read > *at => {
                Err(ProviderError::permanent(ErrorKind::LocalChanged, "it became shorter"))
            }
            _ => Ok(bytes),
        }
    }

    async fn seal(&mut self) -> Result<ContentHash> {
        if let Event::BeforeSeal(deed) = &self.event {
            deed().await;
        }
        self.reader.seal().await
    }
}

/// A sink where something is done once, after the first bytes.
pub(crate) struct EventfulSink {
    taken: Taken,
    deed: Deed,
    is_done: AtomicBool,
}

impl EventfulSink {
    /// Its bytes go to `taken`.
    pub(crate) fn new(taken: &Taken, deed: Deed) -> Self {
        Self { taken: taken.clone(), deed, is_done: AtomicBool::new(false) }
    }

    /// It takes nothing more after the first bytes; says when it has come to that.
    pub(crate) fn stuck(stuck: Arc<Notify>) -> Self {
        let deed: Deed = Arc::new(move || {
            stuck.notify_one();
            Box::pin(pending())
        });
        Self::new(&Taken::default(), deed)
    }
}

#[async_trait]
impl Sink for EventfulSink {
    async fn begin(&self, remote: &Remote) -> Result<Vec<Range<u64>>> {
        self.taken.begin(remote).await
    }

    async fn write(&self, offset: u64, bytes: Bytes) -> Result<()> {
        self.taken.write(offset, bytes).await?;
        if !self.is_done.swap(true, Ordering::Relaxed) {
            (self.deed)().await;
        }
        Ok(())
    }
}
