//! What kinds of service there are, as capabilities.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use tidemark_core::names::NameRules;
use tidemark_providers::capabilities::{
    Capabilities, ConditionalWrite, DigestKind, Folders, Listing, Parallelism,
};

/// A kind of service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// Folders follow from paths, no moves, no conditional write but a history, a change feed, answers that lag.
    Evo,
    /// Real folders, moves, conditional writes, hashes on request.
    Folder,
    /// Real folders, no moves, no history that it tells of, a digest in the listing.
    Plain,
    /// As plain, but without a digest, and its revision is the size alone: not in stories by chance, as most edits there
    /// have no trace.
    Sized,
    /// No listing, no paths: items by id only. Contents never change, no upload can be repeated, no history.
    Unlisted,
}

impl Profile {
    /// Every profile of stories by chance that shows what it has.
    pub const ALL: [Self; 3] = [Self::Evo, Self::Folder, Self::Plain];

    pub(super) fn capabilities(self) -> Capabilities {
        let folder = Capabilities {
            listing: Listing::Full,
            page_size: Some(3),
            change_feed: false,
            deleted_listing: false,
            stable_ids: true,
            revision: "revision",
            weak_revision: false,
            digest: None,
            hash_on_request: true,
            conditional_write: ConditionalWrite::Native,
            mutable_content: true,
            moves_files: true,
            moves_folders: true,
            folders: Folders::Real,
            empty_files: true,
            versions: true,
            restore: false,
            repeatable_upload: true,
            resumable_upload: false,
            ranged_download: true,
            signed_links: false,
            eventual_consistency: None,
            write_only_items: false,
            max_size: None,
            names: NameRules::default(),
            parallelism: Parallelism { start: 2, max: 4 },
        };
        match self {
            Self::Folder => folder,
            Self::Evo => Capabilities {
                change_feed: true,
                deleted_listing: true,
                hash_on_request: false,
                conditional_write: ConditionalWrite::DetectAfter,
                moves_files: false,
                moves_folders: false,
                folders: Folders::Implied,
                resumable_upload: true,
                eventual_consistency: Some(Duration::from_secs(600)),
                ..folder
            },
            Self::Sized => Capabilities { digest: None, weak_revision: true, ..Self::Plain.capabilities() },
            Self::Unlisted => Capabilities {
                listing: Listing::None,
                page_size: None,
                hash_on_request: false,
                conditional_write: ConditionalWrite::LookBefore,
                mutable_content: false,
                folders: Folders::Implied,
                versions: false,
                repeatable_upload: false,
                ..folder
            },
            Self::Plain => Capabilities {
                stable_ids: false,
                digest: Some(DigestKind::Blake3),
                hash_on_request: false,
                moves_files: false,
                moves_folders: false,
                versions: false,
                ranged_download: false,
                ..folder
            },
        }
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Evo => "evo",
            Self::Folder => "folder",
            Self::Plain => "plain",
            Self::Sized => "sized",
            Self::Unlisted => "unlisted",
        })
    }
}

impl FromStr for Profile {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let mut all = Self::ALL.into_iter().chain([Self::Sized, Self::Unlisted]);
        let named = all.find(|profile| profile.to_string() == text);
        named.ok_or_else(|| format!("{text:?} is no profile"))
    }
}
