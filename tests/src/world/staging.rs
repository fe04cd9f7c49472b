//! Open files and files in the making on the simulated disk.

use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use tidemark_core::node::{ContentHash, LocalStamp};
use tidemark_core::path::RelPath;
use tidemark_disk::disk::{OpenFile, Staging};
use tidemark_disk::{DiskError, DiskErrorKind, Result};

use super::disk::call;
use super::items::hash_of;
use super::places::missing;
use super::scene::Scene;
use super::tree::{Body, FileBody, Key, Staged, Tree};

/// So many bytes may have to be fetched again after a crash.
const CHECKPOINT_BYTES: u64 = 16;

pub(super) struct SimFile {
    pub(super) scene: Arc<Scene>,
    pub(super) key: Key,
}

impl OpenFile for SimFile {
    fn stamp(&self) -> Result<LocalStamp> {
        call(&self.scene, "stamp of what is open", |stage, _| {
            stage.tree.stamp(self.key).ok_or_else(|| missing("looking at", &RelPath::root()))
        })
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize> {
        call(&self.scene, "read", |stage, _| {
            let file = stage.tree.file(self.key).ok_or_else(|| missing("reading", &RelPath::root()))?;
            let rest = file.content.get(offset as usize..).unwrap_or_default();
            let count = rest.len().min(buffer.len());
            buffer[..count].copy_from_slice(&rest[..count]);
            Ok(count)
        })
    }
}

/// Opens a staging file, with what is durable of an earlier attempt.
pub(super) fn open(tree: &mut Tree, key: &str, now_ns: i64) -> (Key, Vec<Range<u64>>) {
    if let Some(staged) = tree.staging.get(key).cloned() {
        if staged.durable.is_empty()
            && let Some(file) = tree.file_mut(staged.key)
        {
            file.content = Arc::from([]);
        }
        return (staged.key, staged.durable);
    }
    let time = tree.grained(now_ns);
    let body = FileBody { content: Arc::from([]), mtime_ns: time, ctime_ns: time, durable: false };
    let inode = tree.make(Body::File(body));
    tree.staging.insert(key.to_owned(), Staged { key: inode, durable: Vec::new() });
    (inode, Vec::new())
}

pub(super) struct SimStaging {
    scene: Arc<Scene>,
    name: String,
    key: Key,
    progress: Mutex<Progress>,
}

struct Progress {
    written: Vec<Range<u64>>,
    pending: u64,
}

impl SimStaging {
    pub(super) fn new(scene: Arc<Scene>, name: &str, key: Key, written: Vec<Range<u64>>) -> Self {
        Self { scene, name: name.to_owned(), key, progress: Mutex::new(Progress { written, pending: 0 }) }
    }
}

impl Staging for SimStaging {
    fn present(&self) -> Vec<Range<u64>> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner).written.clone()
    }

    fn write_at(&self, offset: u64, bytes: &[u8]) -> Result<()> {
        call(&self.scene, "write what is staged", |stage, now_ns| {
            let time = stage.tree.grained(now_ns);
            let file = stage.tree.file_mut(self.key).ok_or_else(|| missing("staging", &RelPath::root()))?;
            let (start, end) = (offset as usize, offset as usize + bytes.len());
            let mut content = file.content.to_vec();
            content.resize(content.len().max(end), 0);
            content[start..end].copy_from_slice(bytes);
            (file.content, file.mtime_ns, file.ctime_ns) = (content.into(), time, time);
            let mut progress = self.progress.lock().unwrap_or_else(PoisonError::into_inner);
            add(&mut progress.written, offset..end as u64);
            progress.pending += bytes.len() as u64;
            if progress.pending >= CHECKPOINT_BYTES {
                progress.pending = 0;
                if let Some(staged) = stage.tree.staging.get_mut(&self.name) {
                    staged.durable = progress.written.clone();
                }
            } else if let Some(file) = stage.tree.file_mut(self.key) {
                file.durable = false;
            }
            Ok(())
        })
    }

    fn read_at(&self, range: Range<u64>) -> Result<Vec<u8>> {
        call(&self.scene, "read what is staged", |stage, _| {
            let file = stage.tree.file_mut(self.key).ok_or_else(|| missing("staging", &RelPath::root()))?;
            let bytes = file.content.get(range.start as usize..range.end as usize);
            bytes
                .map(<[u8]>::to_vec)
                .ok_or_else(|| DiskError::new(DiskErrorKind::Io, "read beyond what is staged"))
        })
    }

    fn seal(&self, size: u64) -> Result<ContentHash> {
        call(&self.scene, "seal", |stage, _| {
            let progress = self.progress.lock().unwrap_or_else(PoisonError::into_inner);
            let whole = match &progress.written[..] {
                [] => size == 0,
                [first, ..] => first.start == 0 && first.end >= size,
            };
            let file = stage.tree.file_mut(self.key).filter(|_| whole);
            let file = file.ok_or_else(|| DiskError::new(DiskErrorKind::Io, "not all bytes were written"))?;
            file.content = file.content[..size as usize].into();
            Ok(hash_of(&file.content))
        })
    }
}

fn add(ranges: &mut Vec<Range<u64>>, new: Range<u64>) {
    ranges.push(new);
    ranges.sort_by_key(|range| range.start);
    let mut merged: Vec<Range<u64>> = Vec::new();
    for range in ranges.drain(..) {
        match merged.last_mut() {
            Some(last) if last.end >= range.start => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    *ranges = merged;
}
