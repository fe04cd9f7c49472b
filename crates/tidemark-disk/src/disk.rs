//! The contract of a pair's local folder: what the engine asks of this computer's files, real or simulated.

use std::ops::{ControlFlow, Range};

use serde::{Deserialize, Serialize};
use tidemark_core::names::NameRules;
use tidemark_core::node::{ContentHash, Kind, LocalStamp};
use tidemark_core::path::RelPath;
use tidemark_core::plan::operation::BlockedCode;

use crate::error::Result;

/// One folder of this computer with its staging area and its kept store. All calls block; all are safe to make from
/// many threads. No call follows a symbolic link, leaves the root, or destroys content: what is replaced or deleted
/// goes to the kept store.
pub trait Disk: Send + Sync {
    /// Which folder the root is. `RootMissing` or `RootNotFolder` when there is none.
    fn root(&self) -> Result<RootIdentity>;

    /// What names this disk can store and tells apart.
    fn name_rules(&self) -> NameRules;

    /// Lists `from` and everything below it, or only `from` itself, folder by folder, parents before children and
    /// siblings in byte order of their names: always in the same order. `skip` prunes what isn't to be looked into or reported.
    /// Ends early when `each` breaks. Fails only when `from` itself can't be listed; what can't be read below it is
    /// reported in its listing.
    fn scan(
        &self,
        from: &RelPath,
        depth: Depth,
        skip: &(dyn Fn(&RelPath, Kind) -> bool + Sync),
        each: &mut dyn FnMut(FolderListing) -> ControlFlow<()>,
    ) -> Result<()>;

    /// The stamp of what is at `path`; `None` when nothing is. `Special` for links, pipes and the like.
    fn stat(&self, path: &RelPath) -> Result<Option<LocalStamp>>;

    /// Opens a file to read it.
    fn open(&self, path: &RelPath) -> Result<Box<dyn OpenFile>>;

    /// Hashes a file. `Changed` when it was touched meanwhile.
    fn hash(&self, path: &RelPath) -> Result<(LocalStamp, ContentHash)>;

    /// Opens the staging file of that name, with what an earlier attempt left in it. `key` names one content for one
    /// path (letters, digits, `-`, at most 64).
    fn stage(&self, key: &str) -> Result<Box<dyn Staging>>;

    /// Opens a staged content to read it.
    fn open_staged(&self, key: &str) -> Result<Box<dyn OpenFile>>;

    /// Makes everything staged, installed, moved and kept so far durable (one `syncfs`).
    fn flush(&self) -> Result<()>;

    /// Puts a staged file in the place `at`, with `mtime_ns` as its time where given, by exchange: what was there goes
    /// to the kept store. `Occupied` or `Unexpected` when it isn't what `expects` says (`None`: nothing); then `at`
    /// holds what it held and the staged file still exists. Parents must exist.
    fn install(
        &self,
        key: &str,
        at: &RelPath,
        expects: Option<&LocalStamp>,
        mtime_ns: Option<i64>,
        note: &KeepNote,
    ) -> Result<Installed>;

    /// Moves a file into the kept store. `Unexpected` when it isn't what `expects` says; then it stays.
    fn keep(&self, path: &RelPath, expects: &LocalStamp, note: &KeepNote) -> Result<KeptItem>;

    /// Moves a staged content into the kept store, as one that was at `path`, with `mtime_ns` as its time where given.
    fn keep_staged(
        &self,
        key: &str,
        path: &RelPath,
        mtime_ns: Option<i64>,
        note: &KeepNote,
    ) -> Result<KeptItem>;

    /// Makes a folder; its parent exists. `Occupied` when something is there.
    fn make_folder(&self, path: &RelPath) -> Result<LocalStamp>;

    /// Removes an empty folder. `NotEmpty` when it isn't.
    fn remove_folder(&self, path: &RelPath) -> Result<()>;

    /// Renames a file or folder, never over something. `expects` is checked for files and, by inode, for folders.
    fn rename(&self, from: &RelPath, to: &RelPath, expects: &LocalStamp) -> Result<LocalStamp>;

    /// Drops the staging file of that name.
    fn discard(&self, key: &str) -> Result<()>;

    /// Removes the directories of its own in which nothing is.
    fn tidy(&self) {}

    /// Names of the staging files that exist.
    fn staged(&self) -> Result<Vec<String>>;

    /// What the kept store holds, newest first.
    fn kept(&self) -> Result<Vec<KeptItem>>;

    /// Opens a kept content to read it.
    fn open_kept(&self, id: &str) -> Result<Box<dyn OpenFile>>;

    /// Puts a copy of a kept content at `to`, where nothing may be; the kept one stays.
    fn restore_kept(&self, id: &str, to: &RelPath) -> Result<LocalStamp>;

    /// Forgets what was kept before `before_ns` (all: `i64::MAX`) for good. Returns how many and how many bytes.
    fn purge_kept(&self, before_ns: i64) -> Result<Purged>;
}

/// Which folder a root is; another disk mounted there, or a folder made anew, has another identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RootIdentity {
    /// Device number.
    pub device: u64,
    /// Inode number.
    pub inode: u64,
}

/// How far a scan goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// The folder's own entries.
    Shallow,
    /// Everything below.
    Whole,
}

/// One folder's entries.
#[derive(Debug, Clone)]
pub struct FolderListing {
    /// The folder.
    pub folder: RelPath,
    /// What is in it, sorted by name (bytes).
    pub entries: Vec<Entry>,
    /// What is in it and can't be synced.
    pub problems: Vec<ScanProblem>,
    /// False when the folder could not be read whole: what is missing in it says nothing.
    pub complete: bool,
}

/// One file or folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub name: Box<str>,
    /// What `stat` says.
    pub stamp: LocalStamp,
}

/// Something that can't be synced as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScanProblem {
    /// Its path as far as it can be written, control characters and broken bytes escaped.
    pub shown: String,
    /// Its name, where it is one that a [`RelPath`] takes: a node of that name must not count as deleted.
    pub name: Option<Box<str>>,
    /// Why, for programs.
    pub code: BlockedCode,
    /// Why and what to do, a whole sentence.
    pub message: String,
}

/// An open file of this computer.
pub trait OpenFile: Send + Sync {
    /// What `stat` says of it now.
    fn stamp(&self) -> Result<LocalStamp>;
    /// Reads at `offset` until `buffer` is full or the file ends; returns how many bytes.
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize>;
}

/// A staging file.
pub trait Staging: Send + Sync {
    /// Ranges that are there already and durable, in order.
    fn present(&self) -> Vec<Range<u64>>;
    /// Writes at an offset.
    fn write_at(&self, offset: u64, bytes: &[u8]) -> Result<()>;
    /// Reads bytes that were written.
    fn read_at(&self, range: Range<u64>) -> Result<Vec<u8>>;
    /// Ends it at `size`: fails when a byte of it was never written. Returns the hash of the whole. The file stays staged.
    fn seal(&self, size: u64) -> Result<ContentHash>;
}

/// What came of an install.
#[derive(Debug, Clone)]
pub struct Installed {
    /// The stamp of the new file.
    pub stamp: LocalStamp,
    /// What was there before.
    pub replaced: Option<KeptItem>,
}

/// Why and when something is kept, and what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeepNote {
    /// Now, nanoseconds since the epoch.
    pub now_ns: i64,
    /// Why: `replaced`, `deleted`, `base`…
    pub why: String,
    /// Hash of the content, where known.
    pub hash: Option<ContentHash>,
}

/// A content in the kept store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptItem {
    /// Its id: sorts by time, is unique, is safe as a file name.
    pub id: String,
    /// Where it was.
    pub path: RelPath,
    /// Bytes.
    pub size: u64,
    /// Its time of modification, nanoseconds since the epoch.
    pub mtime_ns: i64,
    /// When it was put here, nanoseconds since the epoch.
    pub kept_ns: i64,
    /// Why.
    pub why: String,
    /// BLAKE3 in hex, where known.
    pub hash: Option<String>,
}

/// What a purge removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ts_rs::TS)]
pub struct Purged {
    /// Contents.
    pub items: u64,
    /// Their bytes.
    pub bytes: u64,
}
