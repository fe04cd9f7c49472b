//! How many operations may be in flight: grown while throughput grows, halved when the service asks for less.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tidemark_providers::capabilities::Parallelism;
use tidemark_providers::{ErrorKind, ProviderError};
use tokio::time::Instant;

/// Adapts the number of operations in flight.
#[derive(Debug)]
pub(crate) struct Limiter(Mutex<Adaption>);

#[derive(Debug)]
struct Adaption {
    limit: usize,
    max: usize,
    doubling: bool,
    window_start: Instant,
    window_done: usize,
    best_rate: f64,
    last_cut: Option<Instant>,
}

/// Refusals within this time count as one.
const ONE_CUT: Duration = Duration::from_secs(1);
/// A window's rate must be so much above the best one to count as growth.
const GROWTH: f64 = 1.05;

impl Limiter {
    pub(crate) fn new(parallelism: Parallelism) -> Self {
        Self(Mutex::new(Adaption {
            limit: parallelism.start.max(1),
            max: parallelism.max.max(1),
            doubling: true,
            window_start: Instant::now(),
            window_done: 0,
            best_rate: 0.0,
            last_cut: None,
        }))
    }

    /// Operations that may be in flight now.
    pub(crate) fn limit(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).limit
    }

    /// An operation ended well while so many were in flight.
    pub(crate) fn done(&self, in_flight: usize) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.window_done += 1;
        if state.window_done < state.limit {
            return;
        }
        let now = Instant::now();
        let rate = state.window_done as f64 / (now - state.window_start).as_secs_f64().max(1e-6);
        let grew = rate > state.best_rate * GROWTH;
        state.best_rate = state.best_rate.max(rate);
        state.window_start = now;
        state.window_done = 0;
        if in_flight + 1 < state.limit {
            return;
        }
        if state.doubling && grew {
            state.limit = (state.limit * 2).min(state.max);
        } else {
            state.doubling = false;
            state.limit = (state.limit + 1).min(state.max);
        }
    }

    /// The service refused for load, or failed.
    pub(crate) fn slowed(&self, error: &ProviderError) {
        if !matches!(error.kind, ErrorKind::RateLimited | ErrorKind::Unavailable | ErrorKind::Timeout) {
            return;
        }
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if state.last_cut.is_some_and(|at| now - at < ONE_CUT) {
            return;
        }
        state.last_cut = Some(now);
        state.doubling = false;
        state.limit = (state.limit / 2).max(1);
        state.best_rate = 0.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn grows_while_throughput_grows_and_shrinks_when_asked() {
        let limiter = Limiter::new(Parallelism { start: 4, max: 32 });
        for _ in 0..8 {
            let limit = limiter.limit();
            tokio::time::advance(Duration::from_millis(50)).await;
            (0..limit).for_each(|_| limiter.done(limit - 1));
        }
        assert_eq!(limiter.limit(), 32, "a fixed round trip: throughput grows with what is in flight");
        let busy = ProviderError::passing(ErrorKind::RateLimited, "busy");
        limiter.slowed(&busy);
        limiter.slowed(&busy);
        assert_eq!(limiter.limit(), 16, "a burst of refusals counts once");
        let elsewhere = ProviderError::passing(ErrorKind::LocalIo, "disk");
        tokio::time::advance(Duration::from_secs(2)).await;
        limiter.slowed(&elsewhere);
        assert_eq!(limiter.limit(), 16);
    }
}
