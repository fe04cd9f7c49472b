//! Renaming: a look, and a PATCH of the name alone.

use tidemark_core::node::{Remote, Revision};
use tidemark_core::path::RelPath;

use crate::calyptia::Calyptia;
use crate::calyptia::api::Refused;
use crate::calyptia::items::{at_revision, flat, mismatch, named, there};
use crate::calyptia::snapshot::Item;
use crate::calyptia::wire::{Change, Moment};
use crate::error::{ErrorKind, ProviderError, Result};
use crate::provider::RemoteRef;

/// Renames a file; see [`crate::Provider::relocate`].
pub(super) async fn rename(
    service: &Calyptia,
    item: &RemoteRef,
    to: &RelPath,
    if_revision: &Revision,
) -> Result<Remote> {
    let what = format!("renaming {} to {}", named(&item.path), named(to));
    let name = flat(to, &what)?;
    let snapshot = service.look().await?;
    let before = there(&snapshot, item, &what)?;
    at_revision(before, if_revision, &what)?;
    if snapshot.named(name).is_some_and(|other| other.id != before.id) {
        return Err(ProviderError::permanent(
            ErrorKind::AlreadyExists,
            format!("{what}: another file has that name there"),
        ));
    }
    let change = Change { name: Some(name), ..Change::default() };
    let answer = service.api.update(&before.id.0, &change, &what).await;
    service.looks.written(&before.id);
    let updated = match answer {
        Ok(updated) => updated.updated_at,
        Err(Refused::Absent(error)) => {
            return Err(mismatch(&what, "it was deleted there meanwhile").because(error));
        }
        Err(Refused::Other(error)) => return Err(error),
    };
    if before.encrypted {
        return Ok(encrypted(service, before, updated).await);
    }
    Ok(Remote { modified_ns: updated.ns(), ..before.remote() })
}

/// An encrypted file after a rename, which changes its time. Unless it can be seen to have the content that it had, the
/// old revision stays with it, so that the next listing shows a change.
async fn encrypted(service: &Calyptia, before: &Item, answered: Moment) -> Remote {
    if let Ok(snapshot) = service.look().await
        && let Some(now) = snapshot.of_id(&before.id)
        && now.updated.is(answered)
        && now.came == before.came
    {
        return now.remote();
    }
    before.remote()
}
