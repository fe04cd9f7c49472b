//! The time, as an argument: a simulated world brings its own.

#![expect(clippy::disallowed_methods, reason = "this is the clock")]

use std::time::{SystemTime, UNIX_EPOCH};

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Nanoseconds since the epoch.
    fn now_ns(&self) -> i64;
}

/// The system's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now_ns(&self) -> i64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)
    }
}

/// A time as people of this computer's zone read it, to the second.
pub fn shown(time_ns: i64) -> String {
    local_time(time_ns, "%Y-%m-%d %H:%M:%S")
}

/// A time in this computer's zone, by a `strftime` pattern.
pub fn local_time(time_ns: i64, pattern: &str) -> String {
    jiff::Timestamp::from_nanosecond(i128::from(time_ns))
        .map(|time| time.to_zoned(jiff::tz::TimeZone::system()).strftime(pattern).to_string())
        .unwrap_or_else(|_| "an impossible time".to_owned())
}
