//! Points in time as the File API writes them.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// Nanoseconds since the epoch of an ISO 8601 time. One without a zone is UTC, as the API's filters take it.
pub(super) fn parse(text: &str) -> Option<i64> {
    let text = text.trim();
    let time = text.parse::<Timestamp>().ok().or_else(|| {
        let naive: DateTime = text.parse().ok()?;
        TimeZone::UTC.to_timestamp(naive).ok()
    })?;
    i64::try_from(time.as_nanosecond()).ok()
}

/// The time as a filter takes it: UTC, whole seconds, rounded down.
pub(super) fn filter(ns: i64) -> Option<String> {
    let time = Timestamp::from_second(ns.div_euclid(1_000_000_000)).ok()?;
    Some(time.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_ways_to_write_a_time_mean_the_same() {
        for text in [
            "2020-01-01 01:30:00+00:00",
            "2020-01-01T01:30:00Z",
            "2020-01-01T01:30:00",
            "2020-01-01 01:30:00",
            "2020-01-01T02:30:00.000+01:00",
        ] {
            assert_eq!(parse(text), Some(1_577_842_200_000_000_000), "{text}");
        }
        assert_eq!(parse("2024-07-29T15:51:28.071Z").map(|ns| ns % 1_000_000_000), Some(71_000_000));
        assert_eq!(parse("yesterday"), None);
        assert_eq!(parse("9999-12-31T00:00:00Z"), None);
    }

    #[test]
    fn a_filter_is_utc_and_rounds_down() {
        assert_eq!(filter(1_577_842_200_999_999_999).as_deref(), Some("2020-01-01T01:30:00Z"));
        assert_eq!(filter(-1).as_deref(), Some("1969-12-31T23:59:59Z"));
    }
}
