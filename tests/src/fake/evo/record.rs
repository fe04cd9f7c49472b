//! What was asked for, and what was wrong with it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;

use super::breach::Breach;
use super::fault::Endpoint;

/// A request that came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Request {
    /// Its method.
    pub method: String,
    /// What it asked for.
    pub endpoint: Endpoint,
    /// Its path, as it came.
    pub path: String,
    /// The keys of its query.
    pub query_keys: Vec<String>,
    /// An Authorization header was there.
    pub authorized: bool,
    /// The status of the answer; none when the connection was closed without one.
    pub status: Option<u16>,
    /// When it came, in milliseconds since the epoch by the service's clock.
    pub came_ms: i64,
}

/// How many requests came.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// In all.
    pub requests: u64,
    /// For each endpoint.
    pub by_endpoint: BTreeMap<Endpoint, u64>,
    /// By the status of the answer; 0 where the connection was closed without one.
    pub by_status: BTreeMap<u16, u64>,
    /// The most at the same time.
    pub most_at_once: usize,
    /// Bytes of their bodies.
    pub bytes_in: u64,
}

/// Keeps both.
#[derive(Debug, Default)]
pub(crate) struct Record {
    keep: bool,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    requests: Vec<Request>,
    breaches: Vec<Breach>,
    summary: Summary,
    in_flight: usize,
}

impl Record {
    /// Keeps each request, or only counts.
    pub(crate) fn new(keep: bool) -> Self {
        Record { keep, kept: Mutex::default() }
    }

    /// A request came; it is entered when the visit ends, even if the client goes away before.
    pub(crate) fn begin(self: &Arc<Self>, request: Request) -> Visit {
        let mut kept = self.kept();
        kept.in_flight += 1;
        kept.summary.most_at_once = kept.summary.most_at_once.max(kept.in_flight);
        drop(kept);
        Visit { record: self.clone(), request, bytes_in: 0 }
    }

    /// Something was wrong.
    pub(crate) fn breach(&self, breach: Breach) {
        self.kept().breaches.push(breach);
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.kept().requests.clone()
    }

    pub(crate) fn breaches(&self) -> Vec<Breach> {
        self.kept().breaches.clone()
    }

    pub(crate) fn summary(&self) -> Summary {
        self.kept().summary.clone()
    }

    /// Forgets requests and counts; breaches stay.
    pub(crate) fn forget_requests(&self) {
        let mut kept = self.kept();
        kept.requests.clear();
        kept.summary = Summary::default();
    }

    fn end(&self, request: Request, bytes_in: u64) {
        let mut kept = self.kept();
        kept.in_flight -= 1;
        kept.summary.requests += 1;
        kept.summary.bytes_in += bytes_in;
        *kept.summary.by_endpoint.entry(request.endpoint).or_default() += 1;
        *kept.summary.by_status.entry(request.status.unwrap_or_default()).or_default() += 1;
        if self.keep {
            kept.requests.push(request);
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request while it is answered.
#[derive(Debug)]
pub(crate) struct Visit {
    record: Arc<Record>,
    pub(crate) request: Request,
    pub(crate) bytes_in: u64,
}

impl Drop for Visit {
    fn drop(&mut self) {
        self.record.end(self.request.clone(), self.bytes_in);
    }
}
