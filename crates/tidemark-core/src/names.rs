//! What names a disk or a service can store, and when two names are one there.

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use crate::path::MAX_NAME_BYTES;

/// What names a side can store. The default stores everything and tells everything apart, as Linux does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameRules {
    /// Letter case doesn't tell two names apart.
    pub case_insensitive: bool,
    /// Unicode normalisation (NFC, NFD) doesn't tell two names apart.
    pub normalizes: bool,
    /// Characters that it refuses, beside `/` and NUL.
    pub forbidden: &'static [char],
    /// It refuses control characters.
    pub no_control: bool,
    /// It refuses the Windows device names (`CON`, `nul.txt`), and names that end in a dot or a space.
    pub windows: bool,
    /// Names come from strangers: refused are control characters, backslashes, drive letters, and characters that turn
    /// the direction of writing, all of which can make a name look, or be taken, for another one.
    pub wary: bool,
    /// Longest name in bytes of UTF-8.
    pub max_name_bytes: usize,
    /// Longest path in bytes of UTF-8, where it has a limit.
    pub max_path_bytes: Option<usize>,
}

impl Default for NameRules {
    fn default() -> Self {
        Self {
            case_insensitive: false,
            normalizes: false,
            forbidden: &[],
            no_control: false,
            windows: false,
            wary: false,
            max_name_bytes: MAX_NAME_BYTES,
            max_path_bytes: None,
        }
    }
}

impl NameRules {
    /// Why this side can't store the name, as a clause (`":" isn't allowed`); `None` when it can.
    pub fn refuses(&self, name: &str) -> Option<String> {
        if name.len() > self.max_name_bytes {
            return Some(format!("the name is longer than {} bytes", self.max_name_bytes));
        }
        if let Some(c) = name.chars().find(|c| self.forbidden.contains(c)) {
            return Some(format!("\"{}\" isn't allowed", c.escape_debug()));
        }
        if self.wary
            && let Some(why) = misleading(name)
        {
            return Some(why);
        }
        if self.no_control && name.contains(char::is_control) {
            return Some("the name holds a control character".into());
        }
        if self.windows { refused_by_windows(name) } else { None }
    }

    /// What stands for the name where names are compared: two names with one key are one name on this side.
    ///
    /// Letter case is folded through the upper case, which also makes `ς` and `σ`, `ß` and `ss` one: to take two names
    /// for one costs a question, to take one for two could cost a file.
    pub fn key<'a>(&self, name: &'a str) -> Cow<'a, str> {
        let mut key = Cow::Borrowed(name);
        if self.normalizes {
            key = composed(key);
        }
        if self.case_insensitive {
            key = folded(key);
        }
        if self.normalizes { composed(key) } else { key }
    }
}

fn misleading(name: &str) -> Option<String> {
    let turns = |c: char| matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if name.contains(char::is_control) {
        return Some("the name holds a control character".into());
    }
    if name.contains('\\') {
        return Some("the name holds a backslash".into());
    }
    if name.contains(turns) {
        return Some("the name holds a character that turns the direction of writing".into());
    }
    let drive = name.len() == 2 && name.ends_with(':') && name.starts_with(|c: char| c.is_ascii_alphabetic());
    drive.then(|| "the name is that of a drive".into())
}

fn composed(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes {
        return text;
    }
    Cow::Owned(text.nfc().collect())
}

fn folded(text: Cow<'_, str>) -> Cow<'_, str> {
    if !text.is_ascii() {
        return Cow::Owned(text.chars().flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect());
    }
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(text.to_ascii_lowercase())
    } else {
        text
    }
}

/// <https://learn.microsoft.com/windows/win32/fileio/naming-a-file#naming-conventions>
fn refused_by_windows(name: &str) -> Option<String> {
    if name.ends_with('.') {
        return Some("the name ends in a dot".into());
    }
    if name.ends_with(' ') {
        return Some("the name ends in a space".into());
    }
    let stem = name.split('.').next().unwrap_or(name).trim_end();
    is_device(stem).then(|| format!("\"{stem}\" is the name of a device on Windows"))
}

fn is_device(stem: &str) -> bool {
    if ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"]
        .iter()
        .any(|device| stem.eq_ignore_ascii_case(device))
    {
        return true;
    }
    let Some((port, number)) = stem.split_at_checked(3) else { return false };
    let mut number = number.chars();
    (port.eq_ignore_ascii_case("COM") || port.eq_ignore_ascii_case("LPT"))
        && matches!((number.next(), number.next()), (Some('0'..='9' | '¹' | '²' | '³'), None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wary_side_takes_no_name_that_misleads() {
        let wary = NameRules { wary: true, ..NameRules::default() };
        for name in ["a\nb", "a\\b", "C:", "\u{202e}gpj.exe", "\u{7}"] {
            assert!(wary.refuses(name).is_some() && NameRules::default().refuses(name).is_none(), "{name:?}");
        }
        for name in ["12:30 notes", "þæö #?&+%.txt", "日本語", "🌊.txt", "a:b"] {
            assert_eq!(wary.refuses(name), None, "{name}");
        }
    }

    use proptest::prelude::*;

    fn windows() -> NameRules {
        NameRules {
            case_insensitive: true,
            forbidden: &['\\', ':', '*', '?', '"', '<', '>', '|'],
            no_control: true,
            windows: true,
            ..NameRules::default()
        }
    }

    fn mac() -> NameRules {
        NameRules { case_insensitive: true, normalizes: true, ..NameRules::default() }
    }

    #[test]
    fn says_why_it_refuses() {
        for (name, why) in [
            ("a:b.txt", "\":\" isn't allowed"),
            ("a\"b", "\"\\\"\" isn't allowed"),
            ("a\tb", "the name holds a control character"),
            ("draft ", "the name ends in a space"),
            ("etc.", "the name ends in a dot"),
            ("nul.txt", "\"nul\" is the name of a device on Windows"),
            ("COM1 .log", "\"COM1\" is the name of a device on Windows"),
            ("lpt²", "\"lpt²\" is the name of a device on Windows"),
        ] {
            assert_eq!(windows().refuses(name).as_deref(), Some(why), "{name:?}");
        }
        assert_eq!(windows().refuses(&"x".repeat(256)).unwrap(), "the name is longer than 255 bytes");
        for name in ["console", "COM10", "COM", "CO¹", "a.nul", ".gitignore", "é"] {
            assert_eq!(windows().refuses(name), None, "{name:?}");
        }
    }

    #[test]
    fn the_default_refuses_nothing_and_tells_everything_apart() {
        for name in ["a:b\\c", "nul", "x. ", "\u{1}"] {
            assert_eq!(NameRules::default().refuses(name), None);
        }
        assert_eq!(NameRules::default().key("Éa"), Cow::Borrowed("Éa"));
    }

    #[test]
    fn one_key_for_names_that_are_one() {
        let one = |rules: &NameRules, a: &str, b: &str| rules.key(a) == rules.key(b);
        assert!(
            one(&windows(), "README", "readme")
                && one(&windows(), "ΟΔΟΣ", "οδος")
                && one(&windows(), "É", "é")
        );
        assert!(!one(&windows(), "é", "e\u{301}"));
        assert!(one(&mac(), "É", "e\u{301}"));
        let normalizing = NameRules { normalizes: true, ..NameRules::default() };
        assert!(one(&normalizing, "é", "e\u{301}") && !one(&normalizing, "É", "é"));
        assert!(matches!(mac().key("readme.txt"), Cow::Borrowed(_)));
    }

    proptest! {
        #[test]
        fn a_key_is_its_own_key_and_knows_no_case_and_no_form(name in "\\PC{0,12}") {
            let key = |name: &str| mac().key(name).into_owned();
            let once = key(&name);
            prop_assert_eq!(&key(&once), &once);
            prop_assert_eq!(&key(&name.nfd().collect::<String>()), &once);
            prop_assert_eq!(&key(&name.to_uppercase()), &once);
        }
    }
}
