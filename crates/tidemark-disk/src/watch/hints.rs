//! Hints that wait to be told: each folder once, and none below one that is to be scanned whole.

use std::collections::BTreeMap;

use tidemark_core::path::RelPath;

use super::WatchEvent;
use crate::disk::Depth;

/// More dirty folders than this are told as "everything".
const MOST_FOLDERS: usize = 10_000;

/// Dirty folders, gathered.
#[derive(Default)]
pub(super) struct Hints {
    folders: BTreeMap<RelPath, Depth>,
    all: bool,
}

impl Hints {
    pub(super) fn add(&mut self, folder: &RelPath, depth: Depth) {
        if self.all {
            return;
        }
        if let Some(known) = self.folders.get_mut(folder) {
            if depth == Depth::Whole {
                *known = depth;
            }
        } else if self.folders.len() < MOST_FOLDERS {
            self.folders.insert(folder.clone(), depth);
        } else {
            self.everything();
        }
    }

    pub(super) fn everything(&mut self) {
        self.all = true;
        self.folders.clear();
    }

    pub(super) fn is_empty(&self) -> bool {
        !self.all && self.folders.is_empty()
    }

    /// Takes out what there is to tell, parents first.
    pub(super) fn take(&mut self) -> Vec<WatchEvent> {
        if std::mem::take(&mut self.all) {
            return vec![WatchEvent::RescanAll];
        }
        let folders = std::mem::take(&mut self.folders);
        let covered = |folder: &RelPath| {
            let above = folder.ancestors().any(|above| folders.get(&above) == Some(&Depth::Whole));
            above || (!folder.is_root() && folders.get(&RelPath::root()) == Some(&Depth::Whole))
        };
        let told = folders.iter().filter(|(folder, _)| !covered(folder));
        told.map(|(folder, depth)| WatchEvent::Dirty { folder: folder.clone(), depth: *depth }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> RelPath {
        RelPath::new(text).unwrap()
    }

    #[test]
    fn tells_each_folder_once() {
        let mut hints = Hints::default();
        for (folder, depth) in [
            ("a/b/c", Depth::Shallow),
            ("a", Depth::Shallow),
            ("a/b", Depth::Whole),
            ("a/b", Depth::Shallow),
            ("ab", Depth::Shallow),
            ("a", Depth::Shallow),
        ] {
            hints.add(&path(folder), depth);
        }
        let dirty = |folder, depth| WatchEvent::Dirty { folder: path(folder), depth };
        assert_eq!(
            hints.take(),
            [dirty("a", Depth::Shallow), dirty("a/b", Depth::Whole), dirty("ab", Depth::Shallow)]
        );
        assert!(hints.is_empty());
    }

    #[test]
    fn too_many_are_everything() {
        let mut hints = Hints::default();
        for n in 0..=MOST_FOLDERS {
            hints.add(&path(&format!("f{n}")), Depth::Shallow);
        }
        assert_eq!(hints.take(), [WatchEvent::RescanAll]);
        assert!(hints.is_empty());
    }
}
