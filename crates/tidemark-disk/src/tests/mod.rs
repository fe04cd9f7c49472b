//! The real disk under test: every method, and the races that it must survive.

mod files;
mod keeping;
mod mounts;
mod races;
mod scanning;
mod staging;

use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;
use tidemark_core::path::RelPath;

use crate::disk::{Disk, KeepNote, KeptItem};
use crate::folder::FolderDisk;

/// A folder with its store in a temporary directory.
pub(crate) struct Fixture {
    pub(crate) disk: FolderDisk,
    pub(crate) dir: TempDir,
}

impl Fixture {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("root")).unwrap();
        let disk = FolderDisk::open(dir.path().join("root"), dir.path().join("store")).unwrap();
        Self { disk, dir }
    }

    pub(crate) fn at(&self, path: &str) -> PathBuf {
        self.dir.path().join("root").join(path)
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        fs::create_dir_all(self.at(path).parent().unwrap()).unwrap();
        fs::write(self.at(path), text).unwrap();
    }

    pub(crate) fn text(&self, path: &str) -> String {
        fs::read_to_string(self.at(path)).unwrap()
    }

    pub(crate) fn stage(&self, key: &str, text: &str) {
        let staged = self.disk.stage(key).unwrap();
        staged.write_at(0, text.as_bytes()).unwrap();
        let hash = staged.seal(text.len() as u64).unwrap();
        assert_eq!(hash.0, *blake3::hash(text.as_bytes()).as_bytes());
    }

    pub(crate) fn kept_text(&self, item: &KeptItem) -> String {
        let file = self.disk.open_kept(&item.id).unwrap();
        let mut buffer = vec![0; 100];
        let read = file.read_at(0, &mut buffer).unwrap();
        String::from_utf8(buffer[..read].to_vec()).unwrap()
    }

    pub(crate) fn kept_texts(&self) -> Vec<String> {
        self.disk.kept().unwrap().iter().map(|item| self.kept_text(item)).collect()
    }
}

pub(crate) fn path(text: &str) -> RelPath {
    RelPath::new(text).unwrap()
}

pub(crate) fn note(now_ns: i64) -> KeepNote {
    KeepNote { now_ns, why: "test".into(), hash: None }
}
