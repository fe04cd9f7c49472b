//! The service's own time.

use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// A clock that tests can stop, set and push forward.
#[derive(Debug)]
pub struct Clock(Mutex<Reading>);

#[derive(Debug, Clone, Copy)]
enum Reading {
    Running { ahead: SignedDuration },
    Stopped(Timestamp),
}

impl Clock {
    /// Goes with the system's clock.
    pub fn running() -> Self {
        Clock(Mutex::new(Reading::Running { ahead: SignedDuration::ZERO }))
    }

    /// Stands still.
    pub fn stopped_at(at: Timestamp) -> Self {
        Clock(Mutex::new(Reading::Stopped(at)))
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        match *self.reading() {
            Reading::Running { ahead } => Timestamp::now().saturating_add(ahead).unwrap_or(Timestamp::MAX),
            Reading::Stopped(at) => at,
        }
    }

    /// Sets the time, and stops it.
    pub fn set(&self, at: Timestamp) {
        *self.reading() = Reading::Stopped(at);
    }

    /// Pushes the time forward (or back); whether it runs doesn't change.
    pub fn advance(&self, by: SignedDuration) {
        let mut reading = self.reading();
        *reading = match *reading {
            Reading::Running { ahead } => Reading::Running { ahead: ahead.saturating_add(by) },
            Reading::Stopped(at) => Reading::Stopped(at.saturating_add(by).unwrap_or(Timestamp::MAX)),
        };
    }

    fn reading(&self) -> MutexGuard<'_, Reading> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
