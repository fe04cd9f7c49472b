//! What a service can do, as data. The engine reads this and never asks which service it talks to.

use std::time::Duration;

use serde::Serialize;
use tidemark_core::names::NameRules;

/// What a service can do.
#[derive(Debug, Clone)]
pub struct Capabilities {
    /// How its items are found.
    pub listing: Listing,
    /// Items a page of a listing, where it is paged.
    pub page_size: Option<u32>,
    /// It answers "what changed since" (a cursor comes with the last page of a full listing).
    pub change_feed: bool,
    /// It lists deleted items.
    pub deleted_listing: bool,
    /// Its ids stay with an item when it is moved or renamed.
    pub stable_ids: bool,
    /// What a revision is there, in the service's own word.
    pub revision: &'static str,
    /// An edit may leave the revision as it was (where it follows from the size alone): equal revisions aren't proof of
    /// equal contents.
    pub weak_revision: bool,
    /// Digest that a listing carries.
    pub digest: Option<DigestKind>,
    /// It computes [`crate::Provider::content_hash`] on request.
    pub hash_on_request: bool,
    /// How a lost update is kept out.
    pub conditional_write: ConditionalWrite,
    /// Content of an item can be replaced; false: a new item takes its place.
    pub mutable_content: bool,
    /// It renames and moves files in place.
    pub moves_files: bool,
    /// It renames and moves folders in place, with all that is inside.
    pub moves_folders: bool,
    /// What folders are there.
    pub folders: Folders,
    /// It takes files of 0 bytes.
    pub empty_files: bool,
    /// It keeps old versions and gives them back.
    pub versions: bool,
    /// Deleted items and old versions can be brought back.
    pub restore: bool,
    /// An upload whose answer got lost can be sent again; false: it may have left an item that nobody can find.
    pub repeatable_upload: bool,
    /// An interrupted upload can go on.
    pub resumable_upload: bool,
    /// Parts of a content can be fetched.
    pub ranged_download: bool,
    /// Contents travel over signed links, without the credential.
    pub signed_links: bool,
    /// For how long an answer may still be older than our last write; `None`: never.
    pub eventual_consistency: Option<Duration>,
    /// Some items can be written and never read.
    pub write_only_items: bool,
    /// Largest file in bytes, where known.
    pub max_size: Option<u64>,
    /// What names it stores.
    pub names: NameRules,
    /// Operations in flight to begin with, and at most.
    pub parallelism: Parallelism,
}

/// Operations in flight.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Parallelism {
    /// To begin with.
    pub start: usize,
    /// At most.
    pub max: usize,
}

/// How a service's items are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Listing {
    /// Everything, with sizes and revisions.
    Full,
    /// Folder by folder.
    PerDirectory,
    /// Everything, contents included.
    InlineContent,
    /// Not at all: the pair's own manifest is the index.
    None,
}

/// Digests that services compute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DigestKind {
    /// MD5.
    Md5,
    /// BLAKE3.
    Blake3,
}

/// How a lost update is kept out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConditionalWrite {
    /// The service refuses a write on another revision than the expected one.
    Native,
    /// We look before and check the history after; what got between is found and kept.
    DetectAfter,
    /// We look before; what gets between look and write isn't seen.
    LookBefore,
}

/// What folders are at a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Folders {
    /// None: it is flat.
    None,
    /// They follow from the paths of files; an empty one can't exist.
    Implied,
    /// Items of their own.
    Real,
}
