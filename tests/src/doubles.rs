//! The caller's side of an adapter's contract, in memory: what is sent, where an upload keeps its state, where a
//! download goes.

#![allow(clippy::unwrap_used, reason = "they belong to tests, which fail by it")]

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bytes::Bytes;
use serde_json::Value;
use tidemark_core::node::{ContentHash, Remote};
use tidemark_providers::provider::{Content, ContentReader, SessionStore, Sink};
use tidemark_providers::{ErrorKind, ProviderError, Result};

/// A content to send.
#[derive(Debug)]
pub struct Memory {
    bytes: Bytes,
    modified_ns: i64,
    touched: bool,
}

impl Memory {
    /// These bytes, modified a nanosecond after the epoch.
    pub fn of(content: &[u8]) -> Self {
        Self { bytes: Bytes::copy_from_slice(content), modified_ns: 1, touched: false }
    }

    /// It will turn out to have changed while it was read.
    pub fn touched(self) -> Self {
        Self { touched: true, ..self }
    }

    /// The same with another time of modification.
    pub fn modified(self, modified_ns: i64) -> Self {
        Self { modified_ns, ..self }
    }
}

#[async_trait]
impl Content for Memory {
    fn size(&self) -> u64 {
        self.bytes.len() as u64
    }

    fn modified_ns(&self) -> i64 {
        self.modified_ns
    }

    async fn open(&self) -> Result<Box<dyn ContentReader>> {
        Ok(Box::new(Reader { rest: self.bytes.clone(), whole: self.bytes.clone(), touched: self.touched }))
    }
}

struct Reader {
    rest: Bytes,
    whole: Bytes,
    touched: bool,
}

#[async_trait]
impl ContentReader for Reader {
    async fn next(&mut self, max: usize) -> Result<Bytes> {
        let part = self.rest.split_to(max.min(self.rest.len()));
        Ok(part)
    }

    async fn seal(&mut self) -> Result<ContentHash> {
        assert!(self.rest.is_empty(), "sealed before its end");
        if self.touched {
            return Err(ProviderError::permanent(ErrorKind::LocalChanged, "it changed"));
        }
        Ok(hash(&self.whole))
    }
}

/// BLAKE3 of a content.
pub fn hash(content: &[u8]) -> ContentHash {
    ContentHash(*blake3::hash(content).as_bytes())
}

/// Where an upload keeps its state; it lives as long as the test does.
#[derive(Debug, Default)]
pub struct Session {
    state: Mutex<Option<Value>>,
    other: Option<Value>,
    saves: AtomicUsize,
}

impl Session {
    /// One for another content of the path that this state was saved for.
    pub fn after(state: Value) -> Self {
        Self { other: Some(state), ..Self::default() }
    }

    /// What was saved last and not cleared.
    pub fn state(&self) -> Option<Value> {
        self.state.lock().unwrap().clone()
    }

    /// How often something was saved.
    pub fn saves(&self) -> usize {
        self.saves.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl SessionStore for Session {
    async fn load(&self) -> Result<Option<Value>> {
        Ok(self.state())
    }

    async fn load_other(&self) -> Result<Option<Value>> {
        Ok(self.other.clone())
    }

    async fn save(&self, state: &Value) -> Result<()> {
        self.saves.fetch_add(1, Ordering::Relaxed);
        *self.state.lock().unwrap() = Some(state.clone());
        Ok(())
    }

    async fn clear(&self) -> Result<()> {
        *self.state.lock().unwrap() = None;
        Ok(())
    }
}

/// Where a download goes.
#[derive(Debug, Clone, Default)]
pub struct Taken {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Debug, Default)]
struct Inner {
    bytes: Vec<u8>,
    missing: Option<Vec<Range<u64>>>,
    written: Vec<Range<u64>>,
    bounded: bool,
}

impl Taken {
    /// One that has everything but these ranges.
    pub fn but(have: &[u8], missing: &[Range<u64>]) -> Self {
        let mut bytes = have.to_vec();
        for range in missing {
            bytes[range.start as usize..range.end as usize].fill(0);
        }
        let inner = Inner { bytes, missing: Some(missing.to_vec()), written: Vec::new(), bounded: true };
        Self { inner: Arc::new(Mutex::new(inner)) }
    }

    /// What it has now.
    pub fn bytes(&self) -> Bytes {
        self.inner.lock().unwrap().bytes.clone().into()
    }

    /// What was written, joined.
    pub fn written(&self) -> Vec<Range<u64>> {
        let mut ranges = self.inner.lock().unwrap().written.clone();
        ranges.sort_by_key(|range| range.start);
        let mut joined: Vec<Range<u64>> = Vec::new();
        for range in ranges {
            match joined.last_mut() {
                Some(last) if last.end >= range.start => last.end = last.end.max(range.end),
                _ => joined.push(range),
            }
        }
        joined
    }
}

#[async_trait]
impl Sink for Taken {
    async fn begin(&self, remote: &Remote) -> Result<Vec<Range<u64>>> {
        let mut inner = self.inner.lock().unwrap();
        inner.bounded = remote.size.is_some();
        inner.bytes.resize(remote.size.unwrap_or_default() as usize, 0);
        let all: Range<u64> = 0..remote.size.unwrap_or(u64::MAX);
        Ok(inner.missing.clone().unwrap_or_else(|| vec![all]))
    }

    async fn write(&self, offset: u64, bytes: Bytes) -> Result<()> {
        let mut inner = self.inner.lock().unwrap();
        let end = offset + bytes.len() as u64;
        if !inner.bounded && end > inner.bytes.len() as u64 {
            inner.bytes.resize(end as usize, 0);
        }
        assert!(end <= inner.bytes.len() as u64, "written beyond what was announced");
        inner.bytes[offset as usize..end as usize].copy_from_slice(&bytes);
        inner.written.push(offset..end);
        Ok(())
    }

    async fn read(&self, range: Range<u64>) -> Result<Option<Bytes>> {
        let inner = self.inner.lock().unwrap();
        Ok(Some(Bytes::copy_from_slice(&inner.bytes[range.start as usize..range.end as usize])))
    }
}
