//! What is at a place of the simulated disk, and the errors of not finding there what was expected.

use tidemark_core::node::{Kind, LocalStamp};
use tidemark_core::path::RelPath;
use tidemark_core::plan::operation::BlockedCode;
use tidemark_disk::disk::{FolderListing, KeepNote, KeptItem, ScanProblem};
use tidemark_disk::{DiskError, DiskErrorKind, Result};

use super::scene::Stage;
use super::tree::{Key, Tree};

pub(super) fn missing(doing: &str, path: &RelPath) -> DiskError {
    DiskError::new(DiskErrorKind::NotFound, format!("{doing} \"{path}\": nothing is there"))
}

pub(super) fn unexpected(path: &RelPath) -> DiskError {
    DiskError::new(DiskErrorKind::Unexpected, format!("\"{path}\" isn't what it was"))
}

pub(super) fn occupied(path: &RelPath) -> DiskError {
    DiskError::new(DiskErrorKind::Occupied, format!("something is at \"{path}\" already"))
}

/// The file or folder at a path; an error for links and the like.
pub(super) fn at(tree: &Tree, path: &RelPath) -> Result<Option<(Key, LocalStamp)>> {
    let Some(key) = tree.find(path) else { return Ok(None) };
    match tree.stamp(key) {
        Some(stamp) => Ok(Some((key, stamp))),
        None => Err(DiskError::new(DiskErrorKind::Special, format!("\"{path}\" is a link"))),
    }
}

/// What is at a path, which must be what is expected.
pub(super) fn expected(tree: &Tree, path: &RelPath, expects: &LocalStamp) -> Result<Key> {
    match at(tree, path)? {
        Some((key, stamp)) if stamp == *expects => Ok(key),
        _ => Err(unexpected(path)),
    }
}

pub(super) fn parent_there(tree: &Tree, doing: &str, path: &RelPath) -> Result<()> {
    let parent = path.parent().unwrap_or_else(RelPath::root);
    tree.children(&parent).map(drop).ok_or_else(|| missing(doing, path))
}

pub(super) fn file_at(tree: &Tree, path: &RelPath) -> Result<Key> {
    match at(tree, path)? {
        Some((key, stamp)) if stamp.kind == Kind::File => Ok(key),
        Some(_) => Err(DiskError::new(DiskErrorKind::Special, format!("\"{path}\" isn't a file"))),
        None => Err(missing("opening", path)),
    }
}

pub(super) fn kept_item(stage: &Stage, path: &RelPath, key: Key, note: &KeepNote) -> KeptItem {
    let (size, mtime_ns) =
        stage.tree.file(key).map_or((0, 0), |file| (file.content.len() as u64, file.mtime_ns));
    KeptItem {
        id: format!("{:020}-{key}", note.now_ns),
        path: path.clone(),
        size,
        mtime_ns,
        kept_ns: note.now_ns,
        why: note.why.clone(),
        hash: note.hash.map(|hash| hash.to_string()),
    }
}

pub(super) fn kept_key(tree: &Tree, id: &str) -> Result<Key> {
    let found = tree.kept.get(id).map(|(_, key)| *key);
    found.ok_or_else(|| DiskError::new(DiskErrorKind::NotKept, format!("nothing is kept as {id}")))
}

pub(super) fn unreadable(folder: &RelPath, error: &DiskError) -> FolderListing {
    let gone = error.kind == DiskErrorKind::NotFound;
    let problem = ScanProblem {
        shown: folder.to_string(),
        name: None,
        code: BlockedCode::LocalDenied,
        message: error.sentence(),
    };
    let problems = if gone { Vec::new() } else { vec![problem] };
    FolderListing { folder: folder.clone(), entries: Vec::new(), problems, complete: false }
}
