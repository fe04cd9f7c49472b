//! One file: how it is named, found in a look, and read.

use bytes::Bytes;
use tidemark_core::node::{Remote, Revision};
use tidemark_core::path::RelPath;

use crate::calyptia::Calyptia;
use crate::calyptia::snapshot::{Item, Snapshot};
use crate::error::{ErrorKind, ProviderError, Result};
use crate::http::fault::nonsense;
use crate::http::shown::shown;
use crate::provider::RemoteRef;

impl Calyptia {
    /// The file with its content, from memory where it is there.
    pub(super) async fn with_content(&self, item: &RemoteRef, what: &str) -> Result<(Remote, Bytes)> {
        let absent = || {
            ProviderError::permanent(
                ErrorKind::NotFound,
                format!("{what}: the service doesn't have it any more"),
            )
        };
        let mut found = match self.looks.remembered(|snapshot| find(snapshot, item)) {
            Some(found) => found,
            None => find(&*self.look().await?, item).cloned().ok_or_else(absent)?,
        };
        if found.encrypted {
            return Err(ProviderError::permanent(
                ErrorKind::Unsupported,
                format!("{what}: it is encrypted there, and the service never gives its content back"),
            ));
        }
        if found.came.is_some() && found.bytes.is_none() {
            let snapshot = self.looks.for_content(&self.api, &found.id).await?;
            found = snapshot.of_id(&found.id).cloned().ok_or_else(absent)?;
        }
        match found.bytes.take() {
            Some(bytes) if !found.encrypted => Ok((found.remote(), bytes)),
            _ => Err(nonsense(what, "its contents aren't base64")),
        }
    }
}

/// The item in a look: by its id, or by its path where none is known.
pub(super) fn find<'a>(snapshot: &'a Snapshot, item: &RemoteRef) -> Option<&'a Item> {
    match &item.id {
        Some(id) => snapshot.of_id(id),
        None => snapshot.named(item.path.as_str()),
    }
}

/// The path as errors name it.
pub(super) fn named(path: &RelPath) -> String {
    format!("\"{}\"", shown(path.as_str(), 300))
}

/// The path as a name there.
pub(super) fn flat<'a>(path: &'a RelPath, what: &str) -> Result<&'a str> {
    if path.is_root() || path.parent().is_some_and(|parent| !parent.is_root()) {
        return Err(ProviderError::permanent(
            ErrorKind::InvalidName,
            format!("{what}: the service has no folders, so a name there has no slash"),
        ));
    }
    Ok(path.as_str())
}

/// The item in a look, at its path. One that is elsewhere, or nowhere, isn't what was planned for.
pub(super) fn there<'a>(snapshot: &'a Snapshot, item: &RemoteRef, what: &str) -> Result<&'a Item> {
    match find(snapshot, item) {
        Some(found) if found.name == item.path.as_str() => Ok(found),
        Some(_) => Err(mismatch(what, "it was renamed there meanwhile")),
        None => Err(mismatch(what, "it was deleted there meanwhile")),
    }
}

/// Refuses an item that isn't at the revision that was planned for.
pub(super) fn at_revision(item: &Item, revision: &Revision, what: &str) -> Result<()> {
    if item.revision() == *revision { Ok(()) } else { Err(mismatch(what, "it was changed there meanwhile")) }
}

/// A lost race.
pub(super) fn mismatch(what: &str, why: &str) -> ProviderError {
    ProviderError::permanent(ErrorKind::RevisionMismatch, format!("{what}: {why}"))
}
