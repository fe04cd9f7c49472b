//! What can go wrong with this computer's files, as far as somebody acts upon it.

use std::io;

use tidemark_core::path::RelPath;

/// Result of a disk operation.
pub type Result<T> = std::result::Result<T, DiskError>;

/// Why a disk operation failed.
#[derive(Debug, thiserror::Error)]
#[error("{context}")]
pub struct DiskError {
    /// What kind of failure it is.
    pub kind: DiskErrorKind,
    /// What was attempted on which path.
    pub context: String,
    /// What the system said.
    #[source]
    pub source: Option<io::Error>,
}

/// The kinds of failure that somebody acts upon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DiskErrorKind {
    /// The root isn't there.
    RootMissing,
    /// The root is a file, a link or something else.
    RootNotFolder,
    /// Nothing is at the path.
    NotFound,
    /// Something is at the path where nothing was expected.
    Occupied,
    /// What is at the path isn't what was expected; it was left, or put back, as it is.
    Unexpected,
    /// The file was touched while it was read.
    Changed,
    /// A folder to be removed holds something.
    NotEmpty,
    /// A component of the path is a symbolic link or on another file system, or the item isn't what a file or folder
    /// is asked of.
    Special,
    /// The system refuses access.
    Denied,
    /// The disk (or the quota) is full.
    Full,
    /// The name is too long or not allowed there.
    BadName,
    /// The store or a kept item is damaged or not there.
    NotKept,
    /// Anything else.
    Io,
}

impl DiskError {
    /// An error about `path`, with its kind read off the system's.
    pub fn io(doing: &str, path: &RelPath, source: io::Error) -> Self {
        let shown = if path.is_root() { "the folder" } else { path.as_str() };
        Self { kind: kind_of(&source), context: format!("{doing} \"{shown}\" failed"), source: Some(source) }
    }

    /// An error about something else than a path of the root, with its kind read off the system's.
    pub fn system(context: impl Into<String>, source: io::Error) -> Self {
        Self { kind: kind_of(&source), context: context.into(), source: Some(source) }
    }

    /// An error without a cause in the system.
    pub fn new(kind: DiskErrorKind, context: impl Into<String>) -> Self {
        Self { kind, context: context.into(), source: None }
    }

    /// The message and what the system said, as one sentence.
    pub fn sentence(&self) -> String {
        match &self.source {
            Some(source) => format!("{}: {source}", self.context),
            None => self.context.clone(),
        }
    }
}

fn kind_of(error: &io::Error) -> DiskErrorKind {
    use io::ErrorKind as K;
    if error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error()) {
        return DiskErrorKind::Special;
    }
    match error.kind() {
        K::NotFound => DiskErrorKind::NotFound,
        K::AlreadyExists => DiskErrorKind::Occupied,
        K::PermissionDenied | K::ReadOnlyFilesystem => DiskErrorKind::Denied,
        K::StorageFull | K::QuotaExceeded | K::FileTooLarge => DiskErrorKind::Full,
        K::DirectoryNotEmpty => DiskErrorKind::NotEmpty,
        K::InvalidFilename => DiskErrorKind::BadName,
        K::NotADirectory => DiskErrorKind::NotFound,
        K::CrossesDevices => DiskErrorKind::Special,
        _ => DiskErrorKind::Io,
    }
}
