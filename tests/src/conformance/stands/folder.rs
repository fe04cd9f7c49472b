//! A folder of this computer, with a folder in it as the root.

use std::fs;
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use bytes::Bytes;
use tempfile::TempDir;
use tidemark_providers::settings::AccountSettings;

use crate::conformance::Stand;

const ROOT: &str = "pair";

/// A folder that goes when it is dropped.
#[derive(Debug)]
pub struct FolderStand(TempDir);

impl FolderStand {
    /// One with nothing in it.
    pub fn start() -> Self {
        FolderStand(tempfile::tempdir().unwrap())
    }

    fn place(&self, path: &str) -> PathBuf {
        self.0.path().join(ROOT).join(path)
    }
}

#[async_trait]
impl Stand for FolderStand {
    fn provider(&self) -> &'static str {
        "folder"
    }

    fn settings(&self) -> AccountSettings {
        let path = self.0.path().to_str().unwrap().to_owned();
        AccountSettings { values: [("path".to_owned(), path)].into(), ..AccountSettings::default() }
    }

    fn root(&self) -> String {
        ROOT.to_owned()
    }

    async fn put(&self, path: &str, content: Bytes) {
        let place = self.place(path);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(place, content).unwrap();
    }

    async fn delete(&self, path: &str) {
        fs::remove_file(self.place(path)).unwrap();
    }

    async fn files(&self) -> Vec<(String, Bytes)> {
        let mut files = Vec::new();
        collect(&self.place(""), "", &mut files);
        files
    }

    async fn rename(&self, from: &str, to: &str) -> bool {
        fs::rename(self.place(from), self.place(to)).unwrap();
        true
    }
}

fn collect(folder: &Path, prefix: &str, files: &mut Vec<(String, Bytes)>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.map(Result::unwrap) {
        let path = format!("{prefix}{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_dir() {
            collect(&entry.path(), &format!("{path}/"), files);
        } else {
            files.push((path, fs::read(entry.path()).unwrap().into()));
        }
    }
}
