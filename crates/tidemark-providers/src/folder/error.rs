//! The disk's errors as a provider's.

use tidemark_core::path::RelPath;
use tidemark_disk::{DiskError, DiskErrorKind};

use super::Place;
use crate::error::{ErrorKind, ProviderError};

impl Place {
    pub(super) fn failed(&self, error: DiskError) -> ProviderError {
        let kind = match error.kind {
            DiskErrorKind::RootMissing => {
                let context =
                    format!("the folder {} isn't there. Is the drive connected?", self.path.display());
                return ProviderError::permanent(ErrorKind::NotFound, context).because(error);
            }
            DiskErrorKind::Io => {
                return ProviderError::passing(ErrorKind::Unavailable, error.context.clone()).because(error);
            }
            DiskErrorKind::RootNotFolder => ErrorKind::Settings,
            DiskErrorKind::NotFound | DiskErrorKind::NotKept => ErrorKind::NotFound,
            DiskErrorKind::Occupied => ErrorKind::AlreadyExists,
            DiskErrorKind::Unexpected | DiskErrorKind::Changed | DiskErrorKind::NotEmpty => {
                ErrorKind::RevisionMismatch
            }
            DiskErrorKind::Special => ErrorKind::Refused,
            DiskErrorKind::Denied => ErrorKind::Forbidden,
            DiskErrorKind::Full => ErrorKind::QuotaExceeded,
            DiskErrorKind::BadName => ErrorKind::InvalidName,
        };
        ProviderError::permanent(kind, error.context.clone()).because(error)
    }
}

pub(super) fn mismatch(path: &RelPath) -> ProviderError {
    ProviderError::permanent(ErrorKind::RevisionMismatch, format!("\"{path}\" was changed there"))
}

pub(super) fn not_found(path: &RelPath) -> ProviderError {
    ProviderError::permanent(ErrorKind::NotFound, format!("\"{path}\" isn't there"))
}
