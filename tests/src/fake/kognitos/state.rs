//! The files that are there.

use std::collections::BTreeMap;

use jiff::Timestamp;
use uuid::Uuid;

use crate::fake::content::Content;

/// The files, in the order in which they were made.
#[derive(Debug)]
pub(crate) struct State {
    seed: u64,
    odd_ids: bool,
    made: u64,
    files: BTreeMap<u64, File>,
}

/// A file. It never changes.
#[derive(Debug, Clone)]
pub(crate) struct File {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) mime_type: &'static str,
    pub(crate) content: Content,
    pub(crate) created: Timestamp,
}

/// A file, as tests see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileView {
    /// Its id.
    pub id: String,
    /// The name that it was sent under.
    pub name: String,
    /// Bytes.
    pub size: u64,
}

impl State {
    pub(crate) fn new(seed: u64, odd_ids: bool) -> Self {
        State { seed, odd_ids, made: 0, files: BTreeMap::new() }
    }

    /// Makes a file.
    pub(crate) fn put(&mut self, name: &str, content: Content, created: Timestamp) -> File {
        self.made += 1;
        let id = Uuid::from_u64_pair(self.seed, self.made).to_string();
        let id = if self.odd_ids { format!("f:{id} +%2F?#ð") } else { id };
        let file = File { id, name: name.to_owned(), mime_type: mime_type(&content), content, created };
        self.files.insert(self.made, file.clone());
        file
    }

    /// The file with this id.
    pub(crate) fn get(&self, id: &str) -> Option<&File> {
        self.files.values().find(|file| file.id == id)
    }

    /// The file with this id, or the newest one of this name or of the last part of this path.
    pub(crate) fn find(&self, path: &str) -> Option<&File> {
        let name = path.rsplit('/').next().unwrap_or(path);
        let named = || self.files.values().rev().find(|file| file.name == name);
        self.get(path).or_else(named)
    }

    /// Deletes a file. False when there is none.
    pub(crate) fn delete(&mut self, id: &str) -> bool {
        let before = self.files.len();
        self.files.retain(|_, file| file.id != id);
        self.files.len() < before
    }

    pub(crate) fn views(&self) -> Vec<FileView> {
        let view = |file: &File| FileView {
            id: file.id.clone(),
            name: file.name.clone(),
            size: file.content.size(),
        };
        self.files.values().map(view).collect()
    }
}

fn mime_type(content: &Content) -> &'static str {
    let start = content.slice(0..64).bytes().to_ascii_lowercase();
    match start.as_slice() {
        start if start.starts_with(b"<!doctype html") || start.starts_with(b"<html") => "text/html",
        start if start.starts_with(b"%pdf-") => "application/pdf",
        _ => "application/octet-stream",
    }
}
