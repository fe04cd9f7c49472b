//! What was asked for, and what was wrong with it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;

use super::breach::Breach;

/// A request that came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Request<E> {
    /// Its method.
    pub method: String,
    /// What it asked for.
    pub endpoint: E,
    /// Its path, as it came.
    pub path: String,
    /// The keys of its query.
    pub query_keys: Vec<String>,
    /// An Authorization header was there.
    pub authorized: bool,
    /// The status of the answer; none when the connection was closed without one.
    pub status: Option<u16>,
    /// Bytes of its body.
    pub bytes_in: u64,
    /// Bytes of the answer's body.
    pub bytes_out: u64,
    /// When it came, in milliseconds since the epoch by the service's clock.
    pub came_ms: i64,
}

/// How many requests came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Summary<E: Ord> {
    /// In all.
    pub requests: u64,
    /// For each endpoint.
    pub by_endpoint: BTreeMap<E, u64>,
    /// By the status of the answer; 0 where the connection was closed without one.
    pub by_status: BTreeMap<u16, u64>,
    /// The most at the same time.
    pub most_at_once: usize,
    /// Bytes of their bodies.
    pub bytes_in: u64,
    /// Bytes of the answers' bodies.
    pub bytes_out: u64,
}

impl<E: Ord> Default for Summary<E> {
    fn default() -> Self {
        Summary {
            requests: 0,
            by_endpoint: BTreeMap::new(),
            by_status: BTreeMap::new(),
            most_at_once: 0,
            bytes_in: 0,
            bytes_out: 0,
        }
    }
}

/// Keeps both.
#[derive(Debug)]
pub(crate) struct Record<E: Ord, K> {
    keep: bool,
    kept: Mutex<Kept<E, K>>,
}

#[derive(Debug)]
struct Kept<E: Ord, K> {
    requests: Vec<Request<E>>,
    breaches: Vec<Breach<K>>,
    summary: Summary<E>,
    in_flight: usize,
}

impl<E: Copy + Ord, K: Clone> Record<E, K> {
    /// Keeps each request, or only counts.
    pub(crate) fn new(keep: bool) -> Self {
        let kept =
            Kept { requests: Vec::new(), breaches: Vec::new(), summary: Summary::default(), in_flight: 0 };
        Record { keep, kept: Mutex::new(kept) }
    }

    /// A request came; it is entered when the visit ends, even if the client goes away before.
    pub(crate) fn begin(self: &Arc<Self>, request: Request<E>) -> Visit<E, K> {
        let mut kept = self.kept();
        kept.in_flight += 1;
        kept.summary.most_at_once = kept.summary.most_at_once.max(kept.in_flight);
        drop(kept);
        Visit { record: self.clone(), request }
    }

    /// Something was wrong.
    pub(crate) fn breach(&self, breach: Breach<K>) {
        self.kept().breaches.push(breach);
    }

    pub(crate) fn requests(&self) -> Vec<Request<E>> {
        self.kept().requests.clone()
    }

    pub(crate) fn breaches(&self) -> Vec<Breach<K>> {
        self.kept().breaches.clone()
    }

    pub(crate) fn summary(&self) -> Summary<E> {
        self.kept().summary.clone()
    }

    /// Forgets requests and counts; breaches stay.
    pub(crate) fn forget_requests(&self) {
        let mut kept = self.kept();
        kept.requests.clear();
        kept.summary = Summary::default();
    }

    fn end(&self, request: Request<E>) {
        let mut kept = self.kept();
        kept.in_flight -= 1;
        kept.summary.requests += 1;
        kept.summary.bytes_in += request.bytes_in;
        kept.summary.bytes_out += request.bytes_out;
        *kept.summary.by_endpoint.entry(request.endpoint).or_default() += 1;
        *kept.summary.by_status.entry(request.status.unwrap_or_default()).or_default() += 1;
        if self.keep {
            kept.requests.push(request);
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept<E, K>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request while it is answered.
#[derive(Debug)]
pub(crate) struct Visit<E: Copy + Ord, K: Clone> {
    record: Arc<Record<E, K>>,
    pub(crate) request: Request<E>,
}

impl<E: Copy + Ord, K: Clone> Drop for Visit<E, K> {
    fn drop(&mut self) {
        self.record.end(self.request.clone());
    }
}
