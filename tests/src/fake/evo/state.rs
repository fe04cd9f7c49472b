//! The workspace: files, their versions, and what can be seen of them.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use uuid::Uuid;

use super::blobs::{Blobs, Properties};
use super::lag::{Due, Lag};
use super::listing::Listing;
use super::row::{Author, Deletion, Row};
use super::settings::Rules;
use crate::fake::content::Content;

/// Everything that the service remembers.
#[derive(Debug, Clone)]
pub(crate) struct State {
    pub(crate) blobs: Blobs,
    pub(crate) listing: Listing,
    kept: Kept,
    files: Vec<File>,
    by_id: HashMap<Uuid, usize>,
    holders: HashMap<Arc<str>, usize>,
    buried: HashMap<Arc<str>, usize>,
    processing: Vec<Processing>,
    last_version: u64,
}

#[derive(Debug, Clone, Copy)]
struct Kept {
    seed: u64,
    processing: Lag,
    reuse_ids: bool,
    newest_is_last_committed: bool,
}

/// A file, deleted ones included; its path stays its own.
#[derive(Debug, Clone)]
pub(crate) struct File {
    pub(crate) id: Uuid,
    pub(crate) path: Arc<str>,
    pub(crate) versions: Vec<Version>,
    pub(crate) current: Option<u64>,
    pub(crate) deleted: Option<Deletion>,
}

/// A version, from the moment a link for it was asked for.
#[derive(Debug, Clone)]
pub(crate) struct Version {
    pub(crate) id: u64,
    pub(crate) author: Author,
    pub(crate) begun_at: Timestamp,
    pub(crate) stage: Stage,
}

/// How far a version is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Its content isn't there yet.
    Awaited,
    /// Its content is there and being processed.
    Processing(Stored),
    /// It can be seen.
    Visible(Stored),
}

/// What is known of a content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stored {
    pub(crate) size: u64,
    pub(crate) etag: Arc<str>,
    pub(crate) at: Timestamp,
}

#[derive(Debug, Clone)]
struct Processing {
    file: usize,
    version: u64,
    due: Due,
}

/// Where a path leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    File(usize),
    Deleted,
    Nothing,
}

impl State {
    pub(crate) fn new(chosen: &Rules, seed: u64) -> Self {
        State {
            blobs: Blobs::default(),
            listing: Listing::lagging(chosen.listing),
            kept: Kept {
                seed,
                processing: chosen.processing,
                reuse_ids: chosen.reuse_ids,
                newest_is_last_committed: chosen.newest_is_last_committed,
            },
            files: Vec::new(),
            by_id: HashMap::new(),
            holders: HashMap::new(),
            buried: HashMap::new(),
            processing: Vec::new(),
            last_version: 0,
        }
    }

    pub(crate) fn file(&self, file: usize) -> &File {
        &self.files[file]
    }

    pub(crate) fn files(&self) -> impl Iterator<Item = usize> {
        0..self.files.len()
    }

    pub(crate) fn with_id(&self, id: Uuid) -> Option<usize> {
        self.by_id.get(&id).copied()
    }

    /// The file that can be seen at a path.
    pub(crate) fn at(&self, path: &str) -> Found {
        match self.holders.get(path).filter(|file| self.is_live(**file)) {
            Some(file) => Found::File(*file),
            None if self.buried.contains_key(path) => Found::Deleted,
            None => Found::Nothing,
        }
    }

    /// The file whose place a path is, though it may not be seen yet.
    pub(crate) fn held(&self, path: &str) -> Option<usize> {
        self.holders.get(path).copied()
    }

    /// The file that was deleted last at a path.
    pub(crate) fn buried(&self, path: &str) -> Option<usize> {
        self.buried.get(path).copied()
    }

    /// It can be seen and isn't deleted.
    pub(crate) fn is_live(&self, file: usize) -> bool {
        self.files[file].current.is_some() && self.files[file].deleted.is_none()
    }

    /// The file that a content for this path belongs to; made if need be.
    pub(crate) fn holder(&mut self, path: &str) -> usize {
        if let Some(file) = self.holders.get(path) {
            return *file;
        }
        let path: Arc<str> = path.into();
        let file = match self.buried.get(&path).filter(|_| self.kept.reuse_ids) {
            Some(buried) => *buried,
            None => self.new_file(path.clone()),
        };
        self.holders.insert(path, file);
        file
    }

    /// Begins a version; its id is a time in nanoseconds, odd (so that a double can't hold it), above all before.
    pub(crate) fn begin_version(&mut self, file: usize, author: Author, now: Timestamp) -> u64 {
        let wanted = u64::try_from(now.as_nanosecond()).unwrap_or_default().max(10u64.pow(18));
        let id = wanted.max(self.last_version + 1) | 1;
        self.last_version = id;
        self.files[file].versions.push(Version { id, author, begun_at: now, stage: Stage::Awaited });
        id
    }

    /// A version's content is there, or there again.
    pub(crate) fn commit(&mut self, file: usize, version: u64, size: u64, etag: &str, now: Timestamp) {
        let rule = self.kept.processing;
        let Some(known) = self.files[file].version_mut(version) else { return };
        if known.stage != Stage::Awaited {
            return;
        }
        known.stage = Stage::Processing(Stored { size, etag: etag.into(), at: now });
        match rule.due(now) {
            None => self.make_visible(file, version, now),
            Some(due) => self.processing.push(Processing { file, version, due }),
        }
    }

    /// Counts a GET of a file: what has been processed by now can be seen.
    pub(crate) fn asked_for(&mut self, file: usize, now: Timestamp) {
        let done: Vec<u64> = self
            .processing
            .iter_mut()
            .filter(|waiting| waiting.file == file)
            .filter_map(|waiting| waiting.due.asked(now).then_some(waiting.version))
            .collect();
        for version in done {
            self.make_visible(file, version, now);
        }
    }

    /// Lets time pass: what is due by the clock can be seen.
    pub(crate) fn settle(&mut self, now: Timestamp) {
        let due = |waiting: &&Processing| matches!(waiting.due, Due::At(at) if now >= at);
        let done: Vec<_> = self.processing.iter().filter(due).map(|w| (w.file, w.version)).collect();
        for (file, version) in done {
            self.make_visible(file, version, now);
        }
    }

    /// Finishes all processing.
    pub(crate) fn finish_processing(&mut self, now: Timestamp) {
        for waiting in self.processing.clone() {
            self.make_visible(waiting.file, waiting.version, now);
        }
    }

    /// Makes a version that can be seen at once.
    pub(crate) fn put(&mut self, file: usize, content: Content, author: Author, now: Timestamp) -> u64 {
        let version = self.begin_version(file, author, now);
        let name = (self.files[file].id, version);
        let size = content.size();
        let etag = self.blobs.put(name, content, Properties::default(), now);
        self.commit(file, version, size, &etag, now);
        self.make_visible(file, version, now);
        version
    }

    /// Deletes a live file; its versions stay.
    pub(crate) fn delete(&mut self, file: usize, author: Author, now: Timestamp) {
        let path = self.files[file].path.clone();
        self.files[file].deleted = Some(Deletion { at: now, by: author });
        self.holders.remove(&path);
        self.buried.insert(path, file);
        self.show(file, now);
    }

    /// Brings a deleted file back; under another name, which is then returned, when its place is taken.
    pub(crate) fn restore(&mut self, file: usize, now: Timestamp) -> Option<Arc<str>> {
        let old = self.files[file].path.clone();
        let path = self.free_path(&old);
        self.files[file].deleted = None;
        self.files[file].path = path.clone();
        if self.buried.get(&old) == Some(&file) {
            self.buried.remove(&old);
        }
        self.holders.insert(path.clone(), file);
        self.show(file, now);
        (path != old).then_some(path)
    }

    /// What is shown of a file: at its current version, or at another one that can be seen.
    pub(crate) fn row(&self, file: usize, version: Option<u64>) -> Option<Row> {
        let file = &self.files[file];
        let version = file.version(version.or(file.current)?)?;
        let Stage::Visible(stored) = &version.stage else { return None };
        let first = file.versions.first()?;
        Some(Row {
            id: file.id,
            path: file.path.clone(),
            version: version.id,
            size: stored.size,
            etag: stored.etag.clone(),
            created_at: first.begun_at,
            created_by: first.author,
            modified_at: stored.at,
            modified_by: version.author,
            deleted: file.deleted,
        })
    }

    fn make_visible(&mut self, file: usize, version: u64, now: Timestamp) {
        self.processing.retain(|waiting| (waiting.file, waiting.version) != (file, version));
        let known = &mut self.files[file];
        let path = known.path.clone();
        let Some(seen) = known.version_mut(version) else { return };
        if let Stage::Processing(stored) = &seen.stage {
            seen.stage = Stage::Visible(stored.clone());
        }
        if self.kept.newest_is_last_committed || known.current.is_none_or(|current| current < version) {
            known.current = Some(version);
        }
        if self.holders.get(&path) == Some(&file) {
            self.files[file].deleted = None;
            self.buried.remove(&path);
        }
        self.show(file, now);
    }

    fn show(&mut self, file: usize, now: Timestamp) {
        let row = self.row(file, None);
        self.listing.show(file, row, now);
    }

    fn new_file(&mut self, path: Arc<str>) -> usize {
        let number = self.files.len();
        let hash = blake3::hash(format!("{} {number}", self.kept.seed).as_bytes());
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&hash.as_bytes()[..16]);
        let id = uuid::Builder::from_random_bytes(bytes).into_uuid();
        self.by_id.insert(id, number);
        self.files.push(File { id, path, versions: Vec::new(), current: None, deleted: None });
        number
    }

    fn free_path(&self, path: &str) -> Arc<str> {
        let (stem, extension) = match path.rsplit_once('.') {
            Some((stem, extension)) if !extension.contains('/') => (stem, format!(".{extension}")),
            _ => (path, String::new()),
        };
        let mut candidate = path.to_owned();
        let mut number = 0;
        while self.holders.contains_key(candidate.as_str()) {
            number += 1;
            candidate = format!("{stem} ({number}){extension}");
        }
        candidate.into()
    }
}

impl File {
    pub(crate) fn version(&self, id: u64) -> Option<&Version> {
        let at = self.versions.binary_search_by_key(&id, |version| version.id).ok()?;
        self.versions.get(at)
    }

    fn version_mut(&mut self, id: u64) -> Option<&mut Version> {
        let at = self.versions.binary_search_by_key(&id, |version| version.id).ok()?;
        self.versions.get_mut(at)
    }
}
