//! Which paths a pair leaves alone: a few names that are never anybody's work, and the pair's own gitignore patterns.

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::node::Kind;
use crate::path::{OWN_FOLDER, RelPath};

/// Names that are ignored unless a pattern of the pair takes them back (`!desktop.ini`).
const CLUTTER: [&str; 3] = [".DS_Store", "Thumbs.db", "desktop.ini"];
/// How Tidemark's own names are shown as a pattern. No pattern of the pair takes them back.
const OWN_PATTERN: &str = ".tidemark*";

/// What a pair ignores. Cheap to ask when the pair has no patterns of its own.
#[derive(Debug, Clone)]
pub struct IgnoreRules {
    patterns: Option<Gitignore>,
}

/// A pattern that can't be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the ignore pattern \"{pattern}\" can't be used: {why}")]
pub struct BadPattern {
    /// The pattern as it was given.
    pub pattern: String,
    /// What is wrong with it.
    pub why: String,
}

impl IgnoreRules {
    /// Reads patterns as lines of a `.gitignore` in the pair's root: the last one that matches decides, `!` takes back.
    /// Fails with the first pattern that can't be understood.
    pub fn new(patterns: &[String]) -> Result<Self, BadPattern> {
        let mut builder = GitignoreBuilder::new("");
        builder.allow_unclosed_class(false);
        for pattern in patterns {
            let bad = |why: String| BadPattern { pattern: pattern.clone(), why };
            if pattern.contains(['\n', '\0']) {
                return Err(bad("it has a line break or a NUL character".into()));
            }
            builder.add_line(None, pattern).map_err(|error| bad(reason(&error)))?;
        }
        let matcher = builder
            .build()
            .map_err(|error| BadPattern { pattern: patterns.join(", "), why: reason(&error) })?;
        Ok(Self { patterns: (!matcher.is_empty()).then_some(matcher) })
    }

    /// True when `path` is ignored, by itself or because a folder above it is.
    pub fn is_ignored(&self, path: &RelPath, kind: Kind) -> bool {
        match &self.patterns {
            None => path.components().any(|name| built_in(name).is_some()),
            Some(_) => self.deciding(path, kind).is_some(),
        }
    }

    /// True when `path` is ignored by itself; for a walk that doesn't enter ignored folders.
    pub fn is_ignored_here(&self, path: &RelPath, kind: Kind) -> bool {
        self.deciding_here(path.as_str(), kind).is_some()
    }

    /// The pattern because of which `path` is ignored; `None` when it isn't.
    pub fn matched_by(&self, path: &RelPath, kind: Kind) -> Option<String> {
        self.deciding(path, kind).map(str::to_owned)
    }

    fn deciding(&self, path: &RelPath, kind: Kind) -> Option<&str> {
        let text = path.as_str();
        let above =
            text.match_indices('/').find_map(|(slash, _)| self.deciding_here(&text[..slash], Kind::Folder));
        above.or_else(|| self.deciding_here(text, kind))
    }

    fn deciding_here(&self, path: &str, kind: Kind) -> Option<&str> {
        let name = path.rfind('/').map_or(path, |slash| &path[slash + 1..]);
        let built_in = built_in(name);
        let Some(patterns) = &self.patterns else { return built_in };
        if path.is_empty() || built_in == Some(OWN_PATTERN) {
            return built_in;
        }
        match patterns.matched(path, kind == Kind::Folder) {
            Match::Ignore(glob) => Some(glob.original()),
            Match::Whitelist(_) => None,
            Match::None => built_in,
        }
    }
}

/// The built-in pattern that ignores `name`, in any letter case.
fn built_in(name: &str) -> Option<&'static str> {
    let own = name.as_bytes().get(..OWN_FOLDER.len());
    if own.is_some_and(|start| start.eq_ignore_ascii_case(OWN_FOLDER.as_bytes())) {
        return Some(OWN_PATTERN);
    }
    CLUTTER.into_iter().find(|clutter| name.eq_ignore_ascii_case(clutter))
}

fn reason(error: &ignore::Error) -> String {
    match error {
        ignore::Error::Glob { err, .. } => err.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(patterns: &[&str]) -> IgnoreRules {
        IgnoreRules::new(&patterns.iter().map(|p| (*p).to_owned()).collect::<Vec<_>>()).unwrap()
    }

    fn path(text: &str) -> RelPath {
        RelPath::new(text).unwrap()
    }

    fn ignored<'a>(rules: &IgnoreRules, files: &[&'a str]) -> Vec<&'a str> {
        files.iter().copied().filter(|file| rules.is_ignored(&path(file), Kind::File)).collect()
    }

    #[test]
    fn clutter_and_our_own_names_are_always_ignored() {
        for rules in [rules(&[]), rules(&["*.log"])] {
            let files =
                ["a/.DS_Store", "thumbs.db", "Desktop.ini", "x/.tidemark-7.part/y", ".tidemarks", "a/b"];
            assert_eq!(ignored(&rules, &files), &files[..5]);
        }
    }

    #[test]
    fn clutter_can_be_taken_back_but_our_own_names_cannot() {
        let rules = rules(&["!desktop.ini", "!.tidemark-1.part", "!*"]);
        assert_eq!(ignored(&rules, &["desktop.ini", ".tidemark-1.part"]), [".tidemark-1.part"]);
    }

    #[test]
    fn patterns_mean_what_they_mean_to_git() {
        let rules = rules(&[
            "# a comment",
            "",
            "*.log",
            "!keep.log",
            "/build",
            "cache/",
            "docs/**/draft.*",
            "\\#x",
            "t?[ab]",
        ]);
        let files = [
            "a.log",
            "a/b.log",
            "keep.log",
            "build/x",
            "a/build/x",
            "cache/x",
            "a/cache/x",
            "cache",
            "docs/draft.md",
            "docs/a/b/draft.md",
            "draft.md",
            "#x",
            "txa",
            "txc",
        ];
        let expected = [
            "a.log",
            "a/b.log",
            "build/x",
            "cache/x",
            "a/cache/x",
            "docs/draft.md",
            "docs/a/b/draft.md",
            "#x",
            "txa",
        ];
        assert_eq!(ignored(&rules, &files), expected);
    }

    #[test]
    fn nothing_below_an_ignored_folder_is_taken_back() {
        let below = rules(&["logs/", "!logs/keep.txt"]);
        assert_eq!(ignored(&below, &["logs/keep.txt", "logs/a"]), ["logs/keep.txt", "logs/a"]);
        let beside = rules(&["logs/*", "!logs/keep.txt"]);
        assert_eq!(ignored(&beside, &["logs/keep.txt", "logs/a"]), ["logs/a"]);
    }

    #[test]
    fn the_root_is_never_ignored() {
        for patterns in [&["*"], &["**"], &["/"], &["**/"]] {
            assert!(!rules(patterns).is_ignored(&RelPath::root(), Kind::Folder), "{patterns:?}");
            assert!(!rules(patterns).is_ignored_here(&RelPath::root(), Kind::Folder), "{patterns:?}");
        }
    }

    #[test]
    fn a_walk_asks_for_each_entry_alone() {
        let rules = rules(&["logs/", "*.tmp"]);
        assert!(rules.is_ignored_here(&path("a/logs"), Kind::Folder));
        assert!(!rules.is_ignored_here(&path("a/logs"), Kind::File));
        assert!(!rules.is_ignored_here(&path("logs/a.txt"), Kind::File));
        assert!(rules.is_ignored_here(&path("logs/a.tmp"), Kind::File));
        assert!(rules.is_ignored_here(&path("x/Thumbs.db"), Kind::File));
    }

    #[test]
    fn names_the_pattern_that_decides() {
        let rules = rules(&["*.log", "!keep.log", "a.*"]);
        let matched = |text| rules.matched_by(&path(text), Kind::File);
        assert_eq!(matched("a.log").as_deref(), Some("a.*"));
        assert_eq!(matched("b.log").as_deref(), Some("*.log"));
        assert_eq!(matched("x.log/y").as_deref(), Some("*.log"));
        assert_eq!(matched("keep.log"), None);
        assert_eq!(matched("x/.ds_store").as_deref(), Some(".DS_Store"));
        assert_eq!(matched(".tidemark-1").as_deref(), Some(".tidemark*"));
    }

    #[test]
    fn a_bad_pattern_is_named() {
        let error = IgnoreRules::new(&["ok".into(), "a[b".into()]).unwrap_err();
        assert_eq!(error.pattern, "a[b");
        assert_eq!(
            error.to_string(),
            "the ignore pattern \"a[b\" can't be used: unclosed character class; missing ']'"
        );
        assert!(IgnoreRules::new(&["a\nb".into()]).is_err());
    }

    #[test]
    fn is_shared_between_threads() {
        fn assert_shared<T: Clone + Send + Sync>(_: &T) {}
        assert_shared(&rules(&["a"]));
    }
}
