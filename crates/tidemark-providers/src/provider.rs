//! The contract between the engine and a service's adapter.

use std::ops::Range;

use async_trait::async_trait;
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use tidemark_core::node::{ContentHash, Kind, Remote, RemoteId, Revision};
use tidemark_core::path::RelPath;

use crate::capabilities::Capabilities;
use crate::error::Result;

/// A service, seen from one root: every [`RelPath`] is relative to it. An adapter never retries, never sees the
/// database, never knows of pairs; it answers with an error that says whether trying again can help.
#[async_trait]
pub trait Provider: Send + Sync {
    /// What the service can do.
    fn capabilities(&self) -> &Capabilities;

    /// Requests sent so far, for reports.
    fn requests(&self) -> u64;

    /// Whether a pair can be at this root, as far as that is known without asking: an account may be opened without one.
    /// Fails with `Settings`.
    fn can_hold_a_pair(&self) -> Result<()> {
        Ok(())
    }

    /// Asks whether credential and root are good; cheap. Errors tell which of the two isn't.
    async fn check(&self) -> Result<AccountInfo>;

    /// One page of a full listing (`since` = `None` for the first page), or of what changed since a delta cursor.
    async fn changes(&self, since: Option<&Cursor>) -> Result<ChangePage>;

    /// The item as the service has it now, asked for alone; `None` when the service says that it is gone or never was.
    async fn stat(&self, item: &RemoteRef) -> Result<Option<Remote>>;

    /// Fetches a content into `into`: the newest, or that of `version`. Returns what was fetched, verified as far as
    /// the service allows. Calls [`Sink::begin`] once before the first byte and sends only what it asks for.
    async fn download(
        &self,
        item: &RemoteRef,
        version: Option<&VersionId>,
        into: &dyn Sink,
    ) -> Result<Remote>;

    /// Creates an item or a new revision of one; see [`Upload`].
    async fn upload(&self, upload: Upload<'_>) -> Result<Uploaded>;

    /// Makes a folder; its parent exists. A folder that is there already is returned as it is.
    async fn create_folder(&self, at: &RelPath) -> Result<Remote>;

    /// Moves an item, with all inside, in place. Refuses with `AlreadyExists` when something is at `to`, and with
    /// `RevisionMismatch` when a file isn't at `if_revision`.
    async fn relocate(&self, item: &RemoteRef, to: &RelPath, if_revision: &Revision) -> Result<Remote>;

    /// Deletes a file at that revision, or a folder that is empty. What is gone already counts as deleted.
    async fn delete(&self, item: &RemoteRef, kind: Kind, if_revision: &Revision) -> Result<()>;

    /// The versions that the service keeps, newest first, the current one included. Empty for services without.
    async fn versions(&self, item: &RemoteRef) -> Result<Vec<RemoteVersion>>;

    /// Brings back a deleted item, or makes an old version the newest. Returns the item as it is then, which may be
    /// at another path.
    async fn restore(&self, item: &RemoteRef, version: &VersionId) -> Result<(RelPath, Remote)>;

    /// BLAKE3 of the item's content at that revision, where the service can say it without sending the content.
    async fn content_hash(&self, item: &RemoteRef, revision: &Revision) -> Result<Option<ContentHash>> {
        let _ = (item, revision);
        Ok(None)
    }
}

/// An item by id and path, always both: which one a service goes by is its adapter's business.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteRef {
    /// Its id; `None` for an item that isn't there yet.
    pub id: Option<RemoteId>,
    /// Its path.
    pub path: RelPath,
}

/// Who we are there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AccountInfo {
    /// One line for people: workspace, user, folder.
    pub summary: String,
    /// False when the account may only read.
    pub writable: bool,
}

/// A place in a listing or in a change feed. Opaque; a delta cursor survives restarts, a page cursor need not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cursor(pub String);

/// A page of changes.
#[derive(Debug, Clone)]
pub struct ChangePage {
    /// What is there, and what a delta knows to be gone, in the service's order.
    pub changes: Vec<RemoteChange>,
    /// Names that can't be paths (`../x`, our own folder, …): they are reported and nothing else is done with them.
    pub unusable: Vec<UnusableName>,
    /// Where it goes on.
    pub next: Next,
}

/// Where a listing goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// With another page.
    Page(Cursor),
    /// It is complete; the cursor begins the next delta, where the service has one.
    Done(Option<Cursor>),
}

/// One item of a page.
#[derive(Debug, Clone, PartialEq)]
pub enum RemoteChange {
    /// It is there, like this.
    Present {
        /// Where.
        path: RelPath,
        /// What it is.
        remote: Remote,
    },
    /// A delta says that it was deleted. To be confirmed before anything is deleted here.
    Gone {
        /// Which item.
        id: RemoteId,
        /// Where it was.
        path: RelPath,
    },
}

/// A name that isn't a path of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnusableName {
    /// As the service gives it, control characters escaped, cut to 200 characters.
    pub shown: String,
    /// Why it can't be used.
    pub why: String,
}

/// One version that a service keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RemoteVersion {
    /// Its id there.
    pub id: VersionId,
    /// Bytes, where the service says it.
    pub size: Option<u64>,
    /// When it was made, nanoseconds since the epoch.
    pub created_ns: Option<i64>,
    /// Who made it, where the service says it.
    pub author: Option<String>,
    /// Hash of its content, where that is known without fetching it.
    #[serde(skip)]
    pub hash: Option<ContentHash>,
    /// It is the newest one.
    pub current: bool,
}

/// A service's name for an old content of an item.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct VersionId(pub String);

/// A file to send.
pub struct Upload<'a> {
    /// Where it goes; with the id of the item that it is a new revision of.
    pub to: &'a RemoteRef,
    /// What must be there: `None` for nothing, else this revision. Otherwise: `AlreadyExists`, `RevisionMismatch`.
    pub expects: Option<&'a Revision>,
    /// The bytes.
    pub content: &'a dyn Content,
    /// What an earlier attempt at the same content left behind, and where to put what a later one will need.
    pub session: &'a dyn SessionStore,
}

/// The bytes of a file to send. It can be opened again for another attempt.
#[async_trait]
pub trait Content: Send + Sync {
    /// Bytes in all.
    fn size(&self) -> u64;
    /// Time of modification, nanoseconds since the epoch.
    fn modified_ns(&self) -> i64;
    /// Begins to read from the start.
    async fn open(&self) -> Result<Box<dyn ContentReader>>;
}

/// Reads a content once, in order, hashing as it goes.
#[async_trait]
pub trait ContentReader: Send {
    /// The next bytes: `max` of them, fewer only at the end, none after it. Fails with `LocalChanged` when the file
    /// turns out shorter or longer than announced.
    async fn next(&mut self, max: usize) -> Result<Bytes>;
    /// To be called after the last byte and before the service makes the content visible: fails with `LocalChanged`
    /// when the file was touched since it was opened. Returns the hash of what was read.
    async fn seal(&mut self) -> Result<ContentHash>;
}

/// Where an upload keeps what it needs to go on after a restart. One session belongs to one content for one path.
#[async_trait]
pub trait SessionStore: Send + Sync {
    /// What was saved last for the same content, if anything.
    async fn load(&self) -> Result<Option<serde_json::Value>>;
    /// What was saved last for another content of the same path, if anything: it may have left something behind at the
    /// service. [`SessionStore::save`] takes its place.
    async fn load_other(&self) -> Result<Option<serde_json::Value>> {
        Ok(None)
    }
    /// Saves; durable when it returns.
    async fn save(&self, state: &serde_json::Value) -> Result<()>;
    /// Forgets: the upload is complete, or can't go on.
    async fn clear(&self) -> Result<()>;
}

/// What came of an upload.
#[derive(Debug, Clone, PartialEq)]
pub struct Uploaded {
    /// The item as the service has it now, at the revision that we made, with the hash of what was sent.
    pub remote: Remote,
    /// A version that somebody else made between the expected revision and ours; it is in the history.
    pub overtaken: Option<RemoteVersion>,
}

/// Takes the bytes of a download, in any order.
#[async_trait]
pub trait Sink: Send + Sync {
    /// What is about to come: revision and size. Returns the byte ranges that are still missing (all, unless an
    /// earlier attempt at the same revision got some). Without a known size: one range to `u64::MAX`.
    async fn begin(&self, remote: &Remote) -> Result<Vec<Range<u64>>>;
    /// Takes bytes at an offset. Fails when they lie outside what was announced.
    async fn write(&self, offset: u64, bytes: Bytes) -> Result<()>;
    /// Gives back bytes that are there, to be verified; `None` where it can't.
    async fn read(&self, range: Range<u64>) -> Result<Option<Bytes>> {
        let _ = range;
        Ok(None)
    }
}
