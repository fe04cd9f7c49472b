//! Bandwidth limits: a bucket of bytes for each direction that fills with time.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// The limits of one pair.
#[derive(Debug)]
pub struct Bandwidth {
    up: Option<Bucket>,
    down: Option<Bucket>,
}

#[derive(Debug)]
struct Bucket {
    bytes_per_second: u64,
    free_at: Mutex<Option<Instant>>,
}

impl Bandwidth {
    /// Limits in bytes per second; `None`: no limit.
    pub fn new(up: Option<u64>, down: Option<u64>) -> Self {
        let bucket = |rate: Option<u64>| {
            rate.filter(|rate| *rate > 0)
                .map(|bytes_per_second| Bucket { bytes_per_second, free_at: Mutex::new(None) })
        };
        Self { up: bucket(up), down: bucket(down) }
    }

    /// Waits until so many bytes may be sent.
    pub async fn send(&self, bytes: usize) {
        if let Some(bucket) = &self.up {
            bucket.take(bytes).await;
        }
    }

    /// Waits until so many bytes may be fetched.
    pub async fn fetch(&self, bytes: usize) {
        if let Some(bucket) = &self.down {
            bucket.take(bytes).await;
        }
    }
}

impl Bucket {
    async fn take(&self, bytes: usize) {
        let until = {
            let now = Instant::now();
            let mut free_at = self.free_at.lock().unwrap_or_else(PoisonError::into_inner);
            let start = free_at.map_or(now, |at| at.max(now));
            let cost = Duration::from_secs_f64(bytes as f64 / self.bytes_per_second as f64);
            *free_at = Some(start + cost);
            start
        };
        tokio::time::sleep_until(until).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_limit_spreads_bytes_over_time_and_none_costs_nothing() {
        let limited = Bandwidth::new(Some(1000), None);
        let start = Instant::now();
        for _ in 0..4 {
            limited.send(1000).await;
        }
        assert_eq!(
            start.elapsed().as_secs(),
            3,
            "the first bytes go at once, the others one second after another"
        );
        limited.fetch(1_000_000).await;
        assert_eq!(start.elapsed().as_secs(), 3);
    }
}
