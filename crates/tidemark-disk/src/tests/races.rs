//! Others act in the very instants between a look and an act. Whatever they do, no content is lost.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

use super::{Fixture, note, path};
use crate::disk::Disk;
use crate::error::DiskErrorKind;
use crate::install::Instant;
use crate::rename::Renames;

/// What somebody else does to a file.
#[derive(Debug, Clone, Copy)]
enum Deed {
    Nothing,
    WriteInto,
    SaveByRename,
    Delete,
    DeleteAndMakeFolder,
}

const DEEDS: [Deed; 5] =
    [Deed::Nothing, Deed::WriteInto, Deed::SaveByRename, Deed::Delete, Deed::DeleteAndMakeFolder];

impl Deed {
    /// Does it at `at`, where that is possible; true when it left `text` there.
    fn run(self, at: &Path, text: &str) -> bool {
        match self {
            Self::WriteInto if at.is_file() => fs::write(at, text).is_ok(),
            Self::SaveByRename if !at.is_dir() => {
                let temporary = at.with_extension("tmp");
                fs::write(&temporary, text).is_ok() && fs::rename(&temporary, at).is_ok()
            }
            Self::Delete | Self::DeleteAndMakeFolder => {
                let _ = fs::remove_file(at);
                if matches!(self, Self::DeleteAndMakeFolder) {
                    let _ = fs::create_dir(at);
                }
                false
            }
            Self::Nothing | Self::WriteInto | Self::SaveByRename => false,
        }
    }
}

struct Racing {
    f: Fixture,
    saved: Arc<Mutex<BTreeSet<&'static str>>>,
}

fn racing(first: Deed, second: Deed, renames: Renames) -> Racing {
    let mut f = Fixture::new();
    f.write("a", "the old one");
    f.disk.renames = renames;
    let (at, saved) = (f.at("a"), Arc::new(Mutex::new(BTreeSet::new())));
    let saves = Arc::clone(&saved);
    f.disk.race = Box::new(move |instant| {
        let (deed, text) = match instant {
            Instant::Act => (first, "saved in the first instant"),
            Instant::PutBack | Instant::SecondStep => (second, "saved in the second"),
        };
        if deed.run(&at, text) {
            saves.lock().unwrap().insert(text);
        }
    });
    Racing { f, saved }
}

impl Racing {
    fn assert_saves_reachable(&self, case: &str) {
        let texts = reachable(&self.f);
        assert!(self.saved.lock().unwrap().iter().all(|text| texts.contains(*text)), "{case}: {texts:?}");
    }
}

/// Every text that can still be reached: at either path or in the kept store.
fn reachable(f: &Fixture) -> BTreeSet<String> {
    let mut texts: BTreeSet<String> = f.kept_texts().into_iter().collect();
    texts.extend(["a", "b"].iter().flat_map(|name| fs::read_to_string(f.at(name))));
    texts
}

#[test]
fn f33_an_install_loses_no_save() {
    for renames in [Renames::Atomic, Renames::Plain] {
        for (first, second) in DEEDS.iter().flat_map(|one| DEEDS.iter().map(move |two| (*one, *two))) {
            let case = format!("{renames:?} {first:?} {second:?}");
            let racing = racing(first, second, renames);
            let f = &racing.f;
            let old = f.disk.stat(&path("a")).unwrap().unwrap();
            f.stage("k", "the new one");
            match f.disk.install("k", &path("a"), Some(&old), Some(1_000_000_000), &note(1)) {
                Ok(_) => {
                    assert_eq!(f.text("a"), "the new one", "{case}");
                    assert_eq!(f.kept_texts(), ["the old one"], "{case}");
                    assert!(matches!(first, Deed::Nothing), "{case}");
                }
                Err(error) => assert_eq!(error.kind, DiskErrorKind::Unexpected, "{case}"),
            }
            racing.assert_saves_reachable(&case);
        }
    }
}

#[test]
fn an_overtaken_install_puts_back_and_stays_staged() {
    let f = racing(Deed::SaveByRename, Deed::Nothing, Renames::Atomic).f;
    let old = f.disk.stat(&path("a")).unwrap().unwrap();
    f.stage("k", "the new one");
    let error = f.disk.install("k", &path("a"), Some(&old), None, &note(1)).unwrap_err();
    assert_eq!(error.kind, DiskErrorKind::Unexpected);
    assert_eq!(f.text("a"), "saved in the first instant");
    assert_eq!(f.disk.staged().unwrap(), ["k"]);
    assert!(f.kept_texts().is_empty());
}

#[test]
fn what_overtakes_even_the_putting_back_is_kept() {
    let f = racing(Deed::SaveByRename, Deed::SaveByRename, Renames::Atomic).f;
    let old = f.disk.stat(&path("a")).unwrap().unwrap();
    f.stage("k", "the new one");
    f.disk.install("k", &path("a"), Some(&old), None, &note(1)).unwrap_err();
    assert_eq!(f.text("a"), "saved in the first instant");
    assert_eq!(f.kept_texts(), ["saved in the second"]);
    assert_eq!(f.disk.kept().unwrap()[0].path.as_str(), "a");
}

#[test]
fn a_new_file_that_somebody_makes_first_stays() {
    for renames in [Renames::Atomic, Renames::Plain] {
        let f = racing(Deed::SaveByRename, Deed::Nothing, renames).f;
        fs::remove_file(f.at("a")).unwrap();
        f.stage("k", "the new one");
        let error = f.disk.install("k", &path("a"), None, None, &note(1)).unwrap_err();
        assert_eq!(error.kind, DiskErrorKind::Occupied);
        assert_eq!(f.text("a"), "saved in the first instant");
        assert_eq!(f.disk.staged().unwrap(), ["k"]);
    }
}

#[test]
fn keeping_and_moving_lose_no_save() {
    for renames in [Renames::Atomic, Renames::Plain] {
        for (first, second) in DEEDS.iter().flat_map(|one| DEEDS.iter().map(move |two| (*one, *two))) {
            let case = format!("{renames:?} {first:?} {second:?}");
            let racing_keep = racing(first, second, renames);
            let f = &racing_keep.f;
            let old = f.disk.stat(&path("a")).unwrap().unwrap();
            let result = f.disk.keep(&path("a"), &old, &note(1));
            assert_eq!(result.is_ok(), matches!(first, Deed::Nothing), "{case}");
            racing_keep.assert_saves_reachable(&case);

            let racing_move = racing(first, second, renames);
            let f = &racing_move.f;
            let old = f.disk.stat(&path("a")).unwrap().unwrap();
            let result = f.disk.rename(&path("a"), &path("b"), &old);
            assert_eq!(result.is_ok(), matches!(first, Deed::Nothing), "{case}");
            racing_move.assert_saves_reachable(&case);
        }
    }
}

#[test]
fn a_crash_before_the_exchange_shows_no_new_content_as_old() {
    let mut f = Fixture::new();
    f.write("a", "the old one");
    let old = f.disk.stat(&path("a")).unwrap().unwrap();
    f.stage("k", "the new one");
    f.disk.race = Box::new(|_| {});
    let store = f.dir.path().join("store");
    let kept = f.disk.install("k", &path("a"), Some(&old), None, &note(1)).unwrap().replaced.unwrap();
    // As it was an instant before: the new content at the place where the old one comes.
    fs::rename(f.at("a"), f.at("new")).unwrap();
    fs::rename(store.join("kept").join(&kept.id), f.at("a")).unwrap();
    fs::rename(f.at("new"), store.join("kept").join(&kept.id)).unwrap();
    assert!(f.disk.kept().unwrap().is_empty());
    assert_eq!(f.text("a"), "the old one");
}
