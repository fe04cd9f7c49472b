//! The world's time: the runtime's paused one, and what is added to it.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use tidemark_engine::clock::Clock;
use tokio::runtime::Handle;
use tokio::time::Instant;

/// 2026-01-01 00:00 UTC.
const BEGIN_NS: i64 = 1_767_225_600 * 1_000_000_000;
const TICK_NS: i64 = 1_000_000;

/// Goes only when somebody waits, and one tick with every change.
pub(super) struct SimClock {
    runtime: Handle,
    start: Instant,
    added: AtomicI64,
}

impl SimClock {
    /// The clock of a paused runtime.
    pub(super) fn new(runtime: &Handle) -> Self {
        let _inside = runtime.enter();
        Self { runtime: runtime.clone(), start: Instant::now(), added: AtomicI64::new(0) }
    }

    /// One tick later; the new time.
    pub(super) fn tick(&self) -> i64 {
        self.added.fetch_add(TICK_NS, Ordering::Relaxed);
        self.now_ns()
    }

    /// Lets time pass while nothing runs.
    pub(super) fn pass(&self, time: Duration) {
        self.added.fetch_add(i64::try_from(time.as_nanos()).unwrap_or(i64::MAX / 4), Ordering::Relaxed);
    }
}

impl Clock for SimClock {
    fn now_ns(&self) -> i64 {
        let _inside = self.runtime.enter();
        let elapsed = i64::try_from(self.start.elapsed().as_nanos()).unwrap_or(i64::MAX / 4);
        BEGIN_NS + elapsed + self.added.load(Ordering::Relaxed)
    }
}
