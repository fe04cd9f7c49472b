//! When something that was done can be seen.

use jiff::{SignedDuration, Timestamp};

/// How long what was done can't be seen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Lag {
    /// Not at all.
    #[default]
    None,
    /// For so many requests that ask for it.
    Requests(u32),
    /// For so long, by the service's clock.
    Time(SignedDuration),
}

/// A moment at which something will be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Due {
    Requests(u32),
    At(Timestamp),
}

impl Lag {
    /// When what is done now will be seen; none for at once.
    pub(crate) fn due(self, now: Timestamp) -> Option<Due> {
        match self {
            Lag::None => None,
            Lag::Requests(count) => Some(Due::Requests(count)),
            Lag::Time(time) => Some(Due::At(now.saturating_add(time).unwrap_or(Timestamp::MAX))),
        }
    }
}

impl Due {
    /// Whether it is time, for a request that asks for it now.
    pub(crate) fn asked(&mut self, now: Timestamp) -> bool {
        match self {
            Due::Requests(0) => true,
            Due::Requests(left) => {
                *left -= 1;
                false
            }
            Due::At(at) => now >= *at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_counted_down() {
        let mut due = Lag::Requests(2).due(Timestamp::UNIX_EPOCH).unwrap();
        let mut ask = || due.asked(Timestamp::MAX);
        assert_eq!([ask(), ask(), ask(), ask()], [false, false, true, true]);
    }

    #[test]
    fn time_goes_by_the_clock() {
        let now = Timestamp::UNIX_EPOCH;
        let mut due = Lag::Time(SignedDuration::from_secs(2)).due(now).unwrap();
        assert!(!due.asked(now + SignedDuration::from_secs(1)));
        assert!(due.asked(now + SignedDuration::from_secs(2)));
    }
}
