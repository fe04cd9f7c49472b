//! What is known of one path: this computer's side, the service's side, and what both last agreed on.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::path::RelPath;

/// What a path holds. Anything else (links, devices, sockets) is never synced and is reported as a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
}

/// BLAKE3 of a file's whole content; 64 hexadecimal digits where it is written.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct ContentHash(pub [u8; 32]);

impl ContentHash {
    /// Reads 64 hexadecimal digits, as [`fmt::Display`] writes them; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let digits: Vec<u8> =
            text.chars().map(|c| c.to_digit(16).map(|digit| digit as u8)).collect::<Option<_>>()?;
        let bytes: Vec<u8> = digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect();
        (digits.len() == 64).then(|| bytes.try_into().ok().map(Self))?
    }
}

impl From<ContentHash> for String {
    fn from(hash: ContentHash) -> Self {
        hash.to_string()
    }
}

impl TryFrom<String> for ContentHash {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).ok_or_else(|| format!("{text:?} is no hash"))
    }
}

impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0[..4].iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// What `stat` says of a local file or folder; two equal stamps of a file mean that it wasn't touched in between.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LocalStamp {
    /// File or folder.
    pub kind: Kind,
    /// Bytes; 0 for a folder.
    pub size: u64,
    /// Time of modification, nanoseconds since the epoch; 0 for a folder, whose time says nothing of it.
    pub mtime_ns: i64,
    /// Time of the inode's last change, nanoseconds since the epoch; 0 for a folder.
    pub ctime_ns: i64,
    /// Inode number.
    pub inode: u64,
    /// Device number.
    pub device: u64,
}

/// The local side: the last scan's or watch's view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Local {
    /// What `stat` said.
    pub stamp: LocalStamp,
    /// Hash of the content that carried this stamp, where it was read.
    pub hash: Option<ContentHash>,
}

/// The service's own name for an item: a UUID, an inode, a path. Opaque.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RemoteId(pub Arc<str>);

/// The service's name for one content of an item: version id, snapshot id, etag. Opaque, compared for equality only.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Revision(pub Arc<str>);

impl fmt::Display for RemoteId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The remote side: the last listing's or answer's view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remote {
    /// File or folder.
    pub kind: Kind,
    /// The service's id of the item.
    pub id: RemoteId,
    /// Revision of its content; folders may carry an empty one.
    pub revision: Revision,
    /// Bytes, where the service says it.
    pub size: Option<u64>,
    /// Last change by the service's clock, nanoseconds since the epoch, where it says it.
    pub modified_ns: Option<i64>,
    /// Hash of this revision's content, where we have sent, received or been told it.
    pub hash: Option<ContentHash>,
    /// The service takes this content but never gives it back (encrypted on arrival): its hash is known only where we
    /// sent it.
    pub write_only: bool,
}

/// What both sides last agreed on, as each was then. They hold one content, unless the service's can't be read and a
/// person left the two as they were; then each side's hash is its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Synced {
    /// The local side at that moment; its hash is the agreed content's.
    pub local: Local,
    /// The remote side at that moment.
    pub remote: Remote,
}

impl Synced {
    /// Hash of the content that this computer had, where either side knew it.
    pub fn hash(&self) -> Option<ContentHash> {
        self.local.hash.or(self.remote.hash)
    }

    /// Hash of the content that the service had, where either side knew it.
    pub fn remote_hash(&self) -> Option<ContentHash> {
        self.remote.hash.or(self.local.hash)
    }

    /// File or folder.
    pub fn kind(&self) -> Kind {
        self.local.stamp.kind
    }
}

/// One path of a pair with its three sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Where it is.
    pub path: RelPath,
    /// This computer's side; `None` when nothing is there.
    pub local: Option<Local>,
    /// The service's side; `None` when nothing is there.
    pub remote: Option<Remote>,
    /// What was last agreed; `None` before the first agreement and after both sides forgot.
    pub synced: Option<Synced>,
}

/// How one side stands to what was agreed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Change {
    /// As agreed (or: absent, and nothing was agreed).
    Same,
    /// Its content or kind differs from what was agreed, or it is new.
    Changed,
    /// It was agreed on and is there no more.
    Absent,
}

impl Node {
    /// A node of which nothing is known.
    pub fn empty(path: RelPath) -> Self {
        Self { path, local: None, remote: None, synced: None }
    }

    /// How the local side stands to the agreed one. Hashes decide where both are known, stamps otherwise.
    pub fn local_change(&self) -> Change {
        match (&self.local, &self.synced) {
            (None, None) => Change::Same,
            (None, Some(_)) => Change::Absent,
            (Some(_), None) => Change::Changed,
            (Some(now), Some(then)) if local_equal(now, then) => Change::Same,
            _ => Change::Changed,
        }
    }

    /// How the remote side stands to the agreed one. Hashes decide where both are known, revisions otherwise.
    pub fn remote_change(&self) -> Change {
        match (&self.remote, &self.synced) {
            (None, None) => Change::Same,
            (None, Some(_)) => Change::Absent,
            (Some(_), None) => Change::Changed,
            (Some(now), Some(then)) if remote_equal(now, then) => Change::Same,
            _ => Change::Changed,
        }
    }

    /// True when both sides hold the same thing: two folders, or two files of one known hash.
    pub fn sides_equal(&self) -> bool {
        match (&self.local, &self.remote) {
            (None, None) => true,
            (Some(local), Some(remote)) if local.stamp.kind == remote.kind => match remote.kind {
                Kind::Folder => true,
                Kind::File => local.hash.is_some() && local.hash == remote.hash,
            },
            _ => false,
        }
    }

    /// True when the service has a file there whose content it never gives back.
    pub fn is_unreadable(&self) -> bool {
        self.remote.as_ref().is_some_and(|remote| remote.write_only && remote.kind == Kind::File)
    }

    /// True when a pass has something to do or to record here: a side that differs in content, or stamps to refresh.
    pub fn is_dirty(&self) -> bool {
        match (&self.local, &self.remote, &self.synced) {
            (None, None, None) => false,
            (Some(local), Some(remote), Some(synced)) => {
                local.stamp != synced.local.stamp
                    || remote.kind != synced.remote.kind
                    || remote.revision != synced.remote.revision
                    || remote.id != synced.remote.id
                    || remote
                        .hash
                        .is_some_and(|hash| synced.remote_hash().is_some_and(|agreed| agreed != hash))
            }
            _ => true,
        }
    }
}

fn local_equal(now: &Local, then: &Synced) -> bool {
    if now.stamp.kind != then.kind() {
        return false;
    }
    match (now.stamp.kind, now.hash, then.hash()) {
        (Kind::Folder, ..) => true,
        (Kind::File, Some(now), Some(then)) => now == then,
        (Kind::File, ..) => now.stamp == then.local.stamp,
    }
}

fn remote_equal(now: &Remote, then: &Synced) -> bool {
    if now.kind != then.remote.kind {
        return false;
    }
    match (now.kind, now.hash, then.remote_hash()) {
        (Kind::Folder, ..) => true,
        (Kind::File, Some(now), Some(then)) => now == then,
        (Kind::File, ..) => now.id == then.remote.id && now.revision == then.remote.revision,
    }
}
