//! Values as people read them: names without control characters, sizes with units, local times, counted nouns.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// A name from a disk or a service, with everything escaped that could steer a terminal or turn the text round.
pub(crate) fn name(text: &str) -> String {
    let steers = |c: char| {
        c.is_control()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().fold(String::with_capacity(text.len()), |mut shown, c| {
        match steers(c) {
            true => shown.extend(c.escape_default()),
            false => shown.push(c),
        }
        shown
    })
}

/// Bytes: `9.1 kB`, `120 B`, `4.8 GB`.
pub(crate) fn size(bytes: u64) -> String {
    if bytes < 1000 {
        return format!("{bytes} B");
    }
    let units = ["kB", "MB", "GB", "TB", "PB", "EB"];
    let mut value = bytes as f64 / 1000.0;
    let mut unit = 0;
    while value >= 999.95 && unit + 1 < units.len() {
        value /= 1000.0;
        unit += 1;
    }
    format!("{value:.1} {}", units[unit])
}

/// A size that may not be known.
pub(crate) fn size_or_unknown(bytes: Option<u64>) -> String {
    bytes.map_or_else(|| "-".to_owned(), size)
}

/// A time in the local zone: `2026-11-21 14:02:00`. `-` for one that no calendar has.
pub(crate) fn time(nanoseconds: i64) -> String {
    match Timestamp::from_nanosecond(i128::from(nanoseconds)) {
        Ok(time) => time.to_zoned(TimeZone::system()).strftime("%Y-%m-%d %H:%M:%S").to_string(),
        Err(_) => "-".to_owned(),
    }
}

/// A time that may not be known.
pub(crate) fn time_or_unknown(nanoseconds: Option<i64>) -> String {
    nanoseconds.map_or_else(|| "-".to_owned(), time)
}

/// A duration: `0.2 s`, `12 s`, `3 min 5 s`.
pub(crate) fn duration(milliseconds: u64) -> String {
    match milliseconds {
        0..10_000 => format!("{:.1} s", milliseconds as f64 / 1000.0),
        10_000..60_000 => format!("{} s", milliseconds / 1000),
        _ => format!("{} min {} s", milliseconds / 60_000, milliseconds / 1000 % 60),
    }
}

/// A number of things: `1 conflict`, `2 conflicts`.
pub(crate) fn count(number: u64, one: &str) -> String {
    match number {
        1 => format!("1 {one}"),
        _ => format!("{number} {one}s"),
    }
}

/// A text as a whole sentence: a capital at the start, a full stop at the end.
pub(crate) fn sentence(text: &str) -> String {
    let text = text.trim();
    let mut rest = text.chars();
    let capital = rest.next().map(|first| first.to_uppercase().collect::<String>()).unwrap_or_default();
    let begins_with_word =
        text.split([' ', '=']).next().is_some_and(|word| word.chars().all(|c| c.is_alphabetic()));
    let head = if begins_with_word { format!("{capital}{}", rest.as_str()) } else { text.to_owned() };
    if head.is_empty() || head.ends_with(['.', '?', ':']) { head } else { format!("{head}.") }
}

/// A text as one word of a shell.
pub(crate) fn shell_word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-:=@%+,".contains(c);
    match !text.is_empty() && text.chars().all(plain) {
        true => text.to_owned(),
        false => format!("'{}'", text.replace('\'', r"'\''")),
    }
}

/// The value of an enum of the engine as its JSON has it.
pub(crate) fn code<T: serde::Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => text,
        _ => "-".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_units() {
        let cases = [
            (0, "0 B"),
            (999, "999 B"),
            (9120, "9.1 kB"),
            (999_949, "999.9 kB"),
            (999_950, "1.0 MB"),
            (4_800_000_000, "4.8 GB"),
        ];
        for (bytes, text) in cases {
            assert_eq!(size(bytes), text);
        }
        assert!(size(u64::MAX).ends_with(" EB"));
    }

    #[test]
    fn names_can_not_steer_a_terminal() {
        assert_eq!(name("a\x1b[2Jb\nc\u{202e}d é"), "a\\u{1b}[2Jb\\nc\\u{202e}d é");
    }

    #[test]
    fn sentences_begin_and_end() {
        for (text, whole) in [
            ("reading \"x\" failed", "Reading \"x\" failed."),
            ("\"x\" isn't there", "\"x\" isn't there."),
            ("base_url is missing", "base_url is missing."),
            ("Is the drive connected?", "Is the drive connected?"),
            ("", ""),
        ] {
            assert_eq!(sentence(text), whole);
        }
    }

    #[test]
    fn durations_and_times_are_short() {
        assert_eq!(
            (duration(212), duration(12_900), duration(185_000)),
            ("0.2 s".into(), "12 s".into(), "3 min 5 s".into())
        );
        assert_eq!(time(i64::MAX).len(), 19);
    }

    #[test]
    fn words_survive_a_shell() {
        assert_eq!((shell_word("/a/b-c"), shell_word("it's")), ("/a/b-c".into(), r"'it'\''s'".into()));
    }
}
