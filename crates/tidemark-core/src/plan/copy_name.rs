//! Names of copies: `<stem> (conflict, <device> <time>).<ext>`, the same in every language, so that other devices know them.

use super::policy::CopyMarker;
use crate::path::{MAX_NAME_BYTES, RelPath};

const OPENING: &str = " (conflict, ";
const MAX_DEVICE_CHARS: usize = 20;
const MAX_EXTENSION_BYTES: usize = 16;

/// The name under which a losing version of `path` continues, in the same folder: the first one that isn't `taken`.
///
/// The marker stands before the extension, replaces a marker that is there already, and is followed by a counter
/// (` 2`, ` 3`) when the name is taken. A name has at most [`MAX_NAME_BYTES`]: the stem gives way. Where the whole path
/// would be too long, the copy goes to the nearest folder above that has room.
pub fn copy_name(path: &RelPath, marker: &CopyMarker, taken: &dyn Fn(&RelPath) -> bool) -> RelPath {
    let (stem, extension) = split_extension(path.name());
    let stem = without_markers(stem);
    let marker = format!("{OPENING}{} {})", clean_device(&marker.device), clean(&marker.time));
    let mut count = 1_u64;
    loop {
        let counter = if count == 1 { String::new() } else { format!(" {count}") };
        let room = MAX_NAME_BYTES.saturating_sub(marker.len() + counter.len() + extension.len());
        let name = format!("{}{marker}{counter}{extension}", shortened(stem, room));
        let candidate = in_folder_of(path, &name);
        if candidate != *path && !taken(&candidate) {
            return candidate;
        }
        count += 1;
    }
}

fn in_folder_of(path: &RelPath, name: &str) -> RelPath {
    std::iter::successors(path.parent(), RelPath::parent)
        .find_map(|folder| folder.join(name).ok())
        .or_else(|| RelPath::root().join(name).ok())
        .expect("a copy's name has a marker without slash and NUL, and the root has room for every name")
}

/// Stem and extension, the dot with the extension. A leading dot makes none; `.tar.gz` and its like are one.
pub(crate) fn split_extension(name: &str) -> (&str, &str) {
    let Some((stem, extension)) = split_last(name) else { return (name, "") };
    match split_last(stem) {
        Some((outer, inner)) if inner.eq_ignore_ascii_case(".tar") => (outer, &name[outer.len()..]),
        _ => (stem, extension),
    }
}

fn split_last(name: &str) -> Option<(&str, &str)> {
    let dot = name.rfind('.')?;
    let (stem, extension) = name.split_at(dot);
    let is_extension =
        (2..=MAX_EXTENSION_BYTES).contains(&extension.len()) && !extension.contains(char::is_whitespace);
    (is_extension && !stem.trim_matches('.').is_empty()).then_some((stem, extension))
}

fn without_markers(mut stem: &str) -> &str {
    while let Some(shorter) = without_marker(stem) {
        stem = shorter;
    }
    stem
}

/// The stem without ` (conflict, <device> YYYY-MM-DD HHmmss)` and a counter at its end; `None` when there is none.
pub(crate) fn without_marker(stem: &str) -> Option<&str> {
    let uncounted = match stem.rsplit_once(' ') {
        Some((before, count)) if !count.is_empty() && count.bytes().all(|b| b.is_ascii_digit()) => before,
        _ => stem,
    };
    let (before, inside) = uncounted.strip_suffix(')')?.rsplit_once(OPENING)?;
    let (device_and_day, clock) = inside.rsplit_once(' ')?;
    let (_, day) = device_and_day.rsplit_once(' ')?;
    (!before.is_empty() && has_shape(day, "dddd-dd-dd") && has_shape(clock, "dddddd")).then_some(before)
}

pub(crate) fn has_shape(text: &str, shape: &str) -> bool {
    text.len() == shape.len()
        && text.bytes().zip(shape.bytes()).all(|(byte, like)| match like {
            b'd' => byte.is_ascii_digit(),
            _ => byte == like,
        })
}

fn clean_device(device: &str) -> String {
    let cleaned: String = clean(device).chars().take(MAX_DEVICE_CHARS).collect();
    match cleaned.trim_end_matches(['.', ' ']) {
        "" => "unnamed".to_owned(),
        device => device.to_owned(),
    }
}

/// What every file system takes and what doesn't end the marker early.
fn clean(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_control() && !"/\\:?*\"<>|()".contains(*c))
        .collect::<String>()
        .trim()
        .to_owned()
}

fn shortened(stem: &str, room: usize) -> &str {
    if stem.len() <= room {
        return stem;
    }
    let end = (0..=room).rev().find(|end| stem.is_char_boundary(*end)).unwrap_or(0);
    stem[..end].trim_end()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::path::MAX_PATH_BYTES;
    use proptest::prelude::*;

    const MARK: &str = " (conflict, laptop 2026-11-21 140200)";

    fn marker(device: &str) -> CopyMarker {
        CopyMarker { device: device.into(), time: "2026-11-21 140200".into() }
    }

    fn copy_of(path: &str) -> String {
        copy_name(&RelPath::new(path).unwrap(), &marker("laptop"), &|_| false).to_string()
    }

    #[test]
    fn marks_before_the_extension() {
        for (path, stem, extension) in [
            ("Plan.md", "Plan", ".md"),
            ("README", "README", ""),
            (".bashrc", ".bashrc", ""),
            (".bashrc.bak", ".bashrc", ".bak"),
            ("x.tar.gz", "x", ".tar.gz"),
            ("x.pkg.TAR.zst", "x.pkg", ".TAR.zst"),
            (".tar.gz", ".tar", ".gz"),
            ("a.b/README", "a.b/README", ""),
            ("a.b/.hidden", "a.b/.hidden", ""),
            ("name.", "name.", ""),
            ("...", "...", ""),
            ("Version 1.2 of the notes", "Version 1.2 of the notes", ""),
            (" (conflict, a 2020-01-02 030405)", " (conflict, a 2020-01-02 030405)", ""),
            ("مرحبا 🎉.txt", "مرحبا 🎉", ".txt"),
        ] {
            assert_eq!(copy_of(path), format!("{stem}{MARK}{extension}"), "{path:?}");
        }
    }

    #[test]
    fn replaces_a_marker_instead_of_stacking() {
        for path in [
            "x (conflict, desk.home 2020-01-02 030405).txt",
            "x (conflict, desk 2020-01-02 030405) 12.txt",
            "x (conflict, a b 2020-01-02 030405) (conflict, c 2021-01-02 030405).txt",
        ] {
            assert_eq!(copy_of(path), format!("x{MARK}.txt"), "{path:?}");
        }
        assert_eq!(copy_of(".bashrc (conflict, desk 2020-01-02 030405)"), format!(".bashrc{MARK}"));
        assert_eq!(copy_of("x (conflict, my thoughts).txt"), format!("x (conflict, my thoughts){MARK}.txt"));
    }

    #[test]
    fn counts_on_when_the_name_is_taken() {
        let path = RelPath::new("a/x.txt").unwrap();
        let taken = [format!("a/x{MARK}.txt"), format!("a/x{MARK} 2.txt")];
        let copy = copy_name(&path, &marker("laptop"), &|p| taken.iter().any(|t| t == p.as_str()));
        assert_eq!(copy.as_str(), format!("a/x{MARK} 3.txt"));
        assert_eq!(
            copy_of(&format!("x{MARK}.txt")),
            format!("x{MARK} 2.txt"),
            "a copy of a copy, in one second"
        );
    }

    #[test]
    fn cleans_the_device() {
        let path = RelPath::new("x").unwrap();
        for (device, cleaned) in [
            ("a/b\\c:d?e*f\"g<h>i|j", "abcdefghij"),
            ("Anna's (new) laptop. . ", "Anna's new laptop"),
            ("exactly nineteen ch. and more", "exactly nineteen ch"),
            ("\u{7}\n..", "unnamed"),
        ] {
            let copy = copy_name(&path, &marker(device), &|_| false);
            assert_eq!(copy.as_str(), format!("x (conflict, {cleaned} 2026-11-21 140200)"));
        }
    }

    #[test]
    fn a_path_without_room_gets_its_copy_further_up() {
        let folder = ["d".repeat(250).as_str(); 16].join("/");
        let path =
            RelPath::new(&format!("{folder}/{}", "x".repeat(MAX_PATH_BYTES - folder.len() - 1))).unwrap();
        let copy = copy_name(&path, &marker("laptop"), &|_| false);
        assert_eq!(copy.depth(), path.depth() - 1);
        assert!(copy.name().ends_with(MARK));
    }

    proptest! {
        #[test]
        fn a_copy_is_a_new_name_that_fits(
            name in "[a-zA-Z.é🎉 ()]{1,260}", device in "\\PC{0,40}", others in 0_usize..4,
        ) {
            let Ok(path) = RelPath::root().join(&name) else { return Ok(()) };
            let mut taken = Vec::new();
            for _ in 0..=others {
                let copy = copy_name(&path, &marker(&device), &|p| taken.contains(p));
                prop_assert!(copy.name().len() <= MAX_NAME_BYTES);
                prop_assert!(!taken.contains(&copy) && copy != path);
                let again = copy_name(&copy, &marker(&device), &|_| false);
                prop_assert_eq!(again.name().matches("(conflict, ").count(), 1);
                taken.push(copy);
            }
        }
    }
}
