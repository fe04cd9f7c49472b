//! One file: how it is named, found, and found again after it was deleted or restored.

use std::time::Duration;

use tidemark_core::node::Remote;
use tidemark_core::path::RelPath;

use crate::error::{ErrorKind, ProviderError, Result};
use crate::evo::api::Target;
use crate::evo::error::{Absence, Asked};
use crate::evo::wire::File;
use crate::evo::{Evo, deleted, listing};
use crate::http::shown::shown;
use crate::provider::{RemoteRef, VersionId};

/// Looks at a file that was just restored, until the service shows it; milliseconds before each.
const RESTORE_LOOKS: [u64; 7] = [0, 250, 500, 1000, 2000, 4000, 8000];

impl Evo {
    /// The whole path in the workspace.
    pub(super) fn full(&self, path: &RelPath) -> Result<String> {
        match path.below(&self.root) {
            Ok(full) if !full.is_root() => Ok(full.as_str().to_owned()),
            Ok(_) => Err(ProviderError::permanent(ErrorKind::InvalidName, "the root itself is no file")),
            Err(why) => {
                Err(ProviderError::permanent(ErrorKind::InvalidName, format!("{}: {why}", self.named(path))))
            }
        }
    }

    /// The path as errors name it.
    pub(super) fn named(&self, path: &RelPath) -> String {
        format!("\"{}\"", shown(path.as_str(), 300))
    }

    /// The item as it is now: by id, or by path where no id is known.
    pub(super) async fn get(&self, item: &RemoteRef, query: &str, what: &str) -> Asked<File> {
        match known_id(item) {
            Some(id) => self.api.get(Target::Id(id), query, what).await,
            None => {
                let path = self.full(&item.path).map_err(Absence::Other)?;
                self.api.get(Target::Path(&path), query, what).await
            }
        }
    }

    /// One version of an item, deleted or not.
    pub(super) async fn get_version(
        &self,
        item: &RemoteRef,
        version: &VersionId,
        what: &str,
    ) -> Result<File> {
        let path = self.full(&item.path)?;
        let target = known_id(item).map_or(Target::Path(&path), Target::Id);
        let absence = match self.api.get_version(target, &version.0, "", what).await {
            Ok(file) => return Ok(file),
            Err(Absence::Gone(error)) => error,
            Err(Absence::Other(error)) => return Err(error),
        };
        let Some(id) = self.id_of_deleted(item, what).await? else { return Err(absence) };
        self.api
            .get_version(Target::Id(&id), &version.0, "&deleted=true", what)
            .await
            .map_err(Absence::into_error)
    }

    /// The item with its history, deleted or not.
    pub(super) async fn with_history(&self, item: &RemoteRef, what: &str) -> Result<File> {
        let absence = match self.get(item, "include_versions=true", what).await {
            Ok(file) => return Ok(file),
            Err(Absence::Gone(error)) => error,
            Err(Absence::Other(error)) => return Err(error),
        };
        let Some(id) = self.id_of_deleted(item, what).await? else { return Err(absence) };
        let deleted = self.api.get(Target::Id(&id), "include_versions=true&deleted=true", what).await;
        deleted.map_err(Absence::into_error)
    }

    /// The id of an item that isn't there any more: its own, or that of the file deleted last at its path.
    pub(super) async fn id_of_deleted(&self, item: &RemoteRef, what: &str) -> Result<Option<String>> {
        match known_id(item) {
            Some(id) => Ok(Some(id.to_owned())),
            None => deleted::deleted_id(&self.api, &self.full(&item.path)?, what).await,
        }
    }

    /// The file where it is after a restoration, which the service may take a moment to show.
    pub(super) async fn after_restore(&self, item: &RemoteRef, what: &str) -> Result<File> {
        for wait in RESTORE_LOOKS {
            if wait > 0 {
                tokio::time::sleep(Duration::from_millis(wait)).await;
            }
            match self.get(item, "", what).await {
                Ok(file) if file.deleted_at.is_none() => return Ok(file),
                Ok(_) | Err(Absence::Gone(_)) => {}
                Err(Absence::Other(error)) => return Err(error),
            }
        }
        Err(ProviderError::passing(
            ErrorKind::Timeout,
            format!("{what}: it was restored, but the service doesn't show it yet"),
        ))
    }

    /// True when the service says that the file is at this path.
    pub(super) fn is_at(&self, file: &File, path: &RelPath) -> bool {
        path.below(&self.root).is_ok_and(|full| file.lone_path(&full).as_ref() == Ok(&full))
    }

    /// Where the service says that the file is, below the root; `known` is where it was.
    pub(super) fn place(&self, file: &File, known: &RelPath, what: &str) -> Result<(RelPath, Remote)> {
        let elsewhere =
            |why: String| ProviderError::permanent(ErrorKind::InvalidName, format!("{what}: {why}"));
        let known = known.below(&self.root).map_err(|why| elsewhere(why.to_string()))?;
        let full =
            file.lone_path(&known).map_err(|why| elsewhere(format!("the service put it where {why}")))?;
        match full.strip(&self.root) {
            Some(path) if !path.is_root() => Ok((path, listing::remote(file))),
            _ => Err(elsewhere(format!("it is now at {}, outside of this folder", self.named(&full)))),
        }
    }
}

/// The file's id. Folders, which follow from paths, carry an empty one.
pub(super) fn known_id(item: &RemoteRef) -> Option<&str> {
    item.id.as_ref().map(|id| &*id.0).filter(|id| !id.is_empty())
}
