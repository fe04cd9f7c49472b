//! Conflict copies as sync programs name them: which program made one, and of what.

use crate::path::RelPath;
use crate::plan::copy_name::{has_shape, split_extension, without_marker};

/// What a copy's name says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignCopy {
    /// The file that it is a copy of.
    pub original: RelPath,
    /// The program that made it.
    pub made_by: &'static str,
}

/// Words that Dropbox puts behind a stem.
const DROPBOX_WORDS: [&str; 5] = [
    "case conflict",
    "unicode encoding conflict",
    "white space conflict",
    "whitespace conflict",
    "selective sync conflict",
];

/// Reads the name of a conflict copy; `None` for any other name.
pub fn foreign_copy(path: &RelPath) -> Option<ForeignCopy> {
    let name = path.name();
    let (stem, extension) = split_extension(name);
    let by_stem = |made_by, stem: &str| Some((format!("{stem}{extension}"), made_by));
    let found = match () {
        () if let Some(stem) = without_marker(stem) => by_stem("tidemark", stem),
        () if let Some(stem) = syncthing(stem) => by_stem("syncthing", stem),
        () if let Some(stem) = old_nextcloud(stem) => by_stem("nextcloud", stem),
        () => in_brackets(stem)
            .and_then(|(stem, made_by)| by_stem(made_by, stem))
            // Where the brackets come behind the extension, or what looked like one is inside them.
            .or_else(|| in_brackets(name).map(|(stem, made_by)| (stem.to_owned(), made_by))),
    };
    let (original, made_by) = found?;
    let original = path.parent().unwrap_or_else(RelPath::root).join(&original).ok()?;
    (original != *path).then_some(ForeignCopy { original, made_by })
}

/// `name (…)`, where what is in the brackets says who wrote it.
fn in_brackets(stem: &str) -> Option<(&str, &'static str)> {
    let open = stem.find(" (").filter(|open| *open > 0)?;
    let candidates =
        std::iter::successors(Some(open), |from| stem[from + 2..].find(" (").map(|next| from + 2 + next));
    let inner = stem.strip_suffix(')')?;
    candidates.filter_map(|open| Some((&stem[..open], written_by(inner.get(open + 2..)?)?))).last()
}

fn written_by(inside: &str) -> Option<&'static str> {
    let lower = inside.to_lowercase();
    if let Some(who) = lower.strip_prefix("sfconflict ") {
        let (_, time) = who.rsplit_once(' ')?;
        return has_shape(time, "dddd-dd-dd-dd-dd-dd").then_some("seafile");
    }
    if let Some(rest) = lower.strip_prefix("conflicted copy ") {
        let (who_and_day, clock) = rest.rsplit_once(' ')?;
        let day = who_and_day.rsplit_once(' ').map_or(who_and_day, |(_, day)| day);
        return (has_shape(day, "dddd-dd-dd") && has_shape(clock, "dddddd")).then_some("nextcloud");
    }
    let uncounted = lower.rsplit_once(" (").map_or(&*lower, |(before, _)| before);
    if let Some((who, day)) = uncounted.rsplit_once(" conflicted copy ") {
        let owned = who.ends_with("'s") || who.ends_with("\u{2019}s") || who.ends_with('\'');
        return (owned && has_shape(day, "dddd-dd-dd")).then_some("dropbox");
    }
    DROPBOX_WORDS.contains(&uncounted).then_some("dropbox")
}

/// `name.sync-conflict-20200102-030405-ABCDEFG`.
fn syncthing(stem: &str) -> Option<&str> {
    let (before, rest) = stem.rsplit_once(".sync-conflict-")?;
    let (time, device) = rest.split_at_checked("20200102-030405".len())?;
    let is_device = |device: &str| {
        device.len() == 7 && device.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
    };
    let known = device.is_empty() || device.strip_prefix('-').is_some_and(is_device);
    (has_shape(time, "dddddddd-dddddd") && known && !before.is_empty()).then_some(before)
}

/// `name_conflict-20200102-030405` and `name_conflict_anna-20200102-030405`.
fn old_nextcloud(stem: &str) -> Option<&str> {
    let (before, rest) = stem.rsplit_once("_conflict")?;
    let at = rest.len().checked_sub("-20200102-030405".len()).filter(|at| rest.is_char_boundary(*at))?;
    let (who, time) = rest.split_at(at);
    let known = who.is_empty() || who.len() > 1 && who.starts_with('_');
    (has_shape(time, "-dddddddd-dddddd") && known && !before.is_empty()).then_some(before)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_are_known_by_their_names() {
        for (name, original, made_by) in [
            ("Plan (Anna's conflicted copy 2024-05-06).docx", "Plan.docx", "dropbox"),
            ("Plan (Anna's conflicted copy 2024-05-06 (1)).docx", "Plan.docx", "dropbox"),
            ("Plan (v2) (Anna K's conflicted copy 2024-05-06).docx", "Plan (v2).docx", "dropbox"),
            ("Plan (Case Conflict).docx", "Plan.docx", "dropbox"),
            ("Plan (Selective Sync Conflict (1)).docx", "Plan.docx", "dropbox"),
            ("a/Plan (conflicted copy Anna 2024-05-06 070809).md", "a/Plan.md", "nextcloud"),
            ("a/Plan (conflicted copy 2024-05-06 070809).md", "a/Plan.md", "nextcloud"),
            ("Plan_conflict-20240506-070809.md", "Plan.md", "nextcloud"),
            ("Plan_conflict_anna-20240506-070809.md", "Plan.md", "nextcloud"),
            (".bashrc (conflicted copy Anna 2024-05-06 070809)", ".bashrc", "nextcloud"),
            ("x.sync-conflict-20240506-070809-ABCDEF2.tar.gz", "x.tar.gz", "syncthing"),
            ("x.sync-conflict-20240506-070809.txt", "x.txt", "syncthing"),
            ("x.sync-conflict-20240506-070809-ABCDEF2", "x", "syncthing"),
            ("t.txt (SFConflict name@example.com 2015-03-07-11-30-28)", "t.txt", "seafile"),
            ("t (SFConflict name@example.com 2015-03-07-11-30-28).txt", "t.txt", "seafile"),
            ("x (conflict, desk.home 2020-01-02 030405) 12.txt", "x.txt", "tidemark"),
        ] {
            let found = foreign_copy(&RelPath::new(name).unwrap());
            let expected = ForeignCopy { original: RelPath::new(original).unwrap(), made_by };
            assert_eq!(found, Some(expected), "{name}");
        }
    }

    #[test]
    fn other_names_are_nobodys_copies() {
        for name in [
            "Plan.docx",
            "Plan (final).docx",
            "on the conflicted copy 2024-05-06.txt",
            "Plan (the conflicted copy 2024-05-06).docx",
            " (Case Conflict).docx",
            "x.sync-conflict-2024-070809-ABCDEF2.txt",
            ".sync-conflict-20240506-070809-ABCDEF2",
            "how_to_solve_a_conflict.md",
            "a_conflict-20240506.md",
            "x (conflict, my thoughts).txt",
            "é_conflicté-20240506-07080",
        ] {
            assert_eq!(foreign_copy(&RelPath::new(name).unwrap()), None, "{name}");
        }
    }
}
