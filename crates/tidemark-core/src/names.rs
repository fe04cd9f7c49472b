//! What names a disk or a service can store, and when two names are one there.

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
    /// Longest name in bytes of UTF-8.
    pub max_name_bytes: usize,
    /// Longest path in bytes of UTF-8, where it has a limit.
    pub max_path_bytes: Option<usize>,
}
