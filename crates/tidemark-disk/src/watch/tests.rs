use std::cell::Cell;
use std::fs;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use tempfile::TempDir;

use super::*;

const MARKERS: [&str; 4] = ["~0", "~1", "~2", "~3"];

struct Watched {
    markers: Cell<usize>,
    dir: TempDir,
    events: Receiver<WatchEvent>,
    _watcher: Watcher,
}

fn watched(prepare: impl Fn(&Path)) -> Watched {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("root")).unwrap();
    for marker in MARKERS {
        fs::create_dir(dir.path().join("root").join(marker)).unwrap();
    }
    prepare(&dir.path().join("root"));
    let (send, events) = channel();
    let skip = |path: &RelPath, _| path.name() == "skipped";
    let watcher = Watcher::start(&dir.path().join("root"), skip, move |event| {
        let _ = send.send(event);
    });
    Watched { markers: Cell::new(0), events, _watcher: watcher.unwrap(), dir }
}

impl Watched {
    fn at(&self, path: &str) -> std::path::PathBuf {
        self.dir.path().join("root").join(path)
    }

    /// Everything told until a marker, written last and sorted last, is told of.
    fn told(&self) -> Vec<WatchEvent> {
        let marker = MARKERS[self.markers.replace(self.markers.get() + 1)];
        fs::write(self.at(marker).join("m"), "").unwrap();
        let mut told = Vec::new();
        loop {
            let event = self.events.recv_timeout(Duration::from_secs(20)).unwrap();
            if event == dirty(marker, Depth::Shallow) {
                return told;
            }
            let is_marker = MARKERS.iter().any(|earlier| event == dirty(earlier, Depth::Shallow));
            if !is_marker && !told.contains(&event) {
                told.push(event);
            }
        }
    }
}

fn dirty(folder: &str, depth: Depth) -> WatchEvent {
    WatchEvent::Dirty { folder: RelPath::new(folder).unwrap(), depth }
}

#[test]
fn says_which_folders_changed() {
    let w = watched(|root| {
        for folder in ["a/b", "c", "skipped", ".tidemark/staging"] {
            fs::create_dir_all(root.join(folder)).unwrap();
        }
        fs::write(root.join("c/old"), "").unwrap();
    });
    fs::write(w.at("a/b/file"), "x").unwrap();
    fs::remove_file(w.at("c/old")).unwrap();
    fs::write(w.at("skipped/file"), "x").unwrap();
    fs::write(w.at(".tidemark/staging/file"), "x").unwrap();
    assert_eq!(w.told(), [dirty("a/b", Depth::Shallow), dirty("c", Depth::Shallow)]);
}

#[test]
fn f46_folders_made_quickly_are_told_whole_and_watched() {
    let w = watched(|_| {});
    fs::create_dir_all(w.at("x/y/z/deep")).unwrap();
    fs::write(w.at("x/y/z/deep/file"), "1").unwrap();
    let told = w.told();
    assert!(told.contains(&dirty("x", Depth::Whole)), "{told:?}");
    fs::write(w.at("x/y/z/deep/file"), "2").unwrap();
    assert_eq!(w.told(), [dirty("x/y/z/deep", Depth::Shallow)]);
}

#[test]
fn a_moved_folder_is_told_by_its_new_name() {
    let w = watched(|root| {
        fs::create_dir_all(root.join("a/sub")).unwrap();
    });
    fs::rename(w.at("a"), w.at("b")).unwrap();
    assert_eq!(w.told(), [dirty("", Depth::Shallow), dirty("b", Depth::Whole)]);
    fs::write(w.at("b/sub/file"), "").unwrap();
    assert_eq!(w.told(), [dirty("b/sub", Depth::Shallow)]);
    fs::rename(w.at("b"), w.dir.path().join("away")).unwrap();
    assert_eq!(w.told(), [dirty("", Depth::Shallow)]);
    fs::write(w.dir.path().join("away/sub/file"), "2").unwrap();
    assert_eq!(w.told(), []);
}

#[test]
fn reading_is_not_told() {
    let w = watched(|root| {
        fs::create_dir_all(root.join("a")).unwrap();
        fs::write(root.join("a/file"), "x").unwrap();
    });
    fs::read(w.at("a/file")).unwrap();
    assert_eq!(fs::read_dir(w.at("a")).unwrap().count(), 1);
    assert_eq!(w.told(), []);
}

#[test]
fn a_root_that_goes_away_ends_it() {
    let w = watched(|_| {});
    fs::remove_dir_all(w.at("")).unwrap();
    let last = w.events.iter().last().unwrap();
    assert!(matches!(last, WatchEvent::Failed(message) if message.contains("root was moved")));
}

#[test]
fn a_root_that_is_not_there_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let refused = Watcher::start(&dir.path().join("none"), |_, _| false, |_| {}).err().unwrap();
    assert!(refused.sentence().contains("isn't there"), "{}", refused.sentence());
}
