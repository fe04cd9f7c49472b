//! Deleting: a look, a DELETE, and another look where the answer to that leaves a doubt.

use tidemark_core::node::Revision;

use crate::calyptia::Calyptia;
use crate::calyptia::api::Refused;
use crate::calyptia::items::{at_revision, find, named, there};
use crate::error::{ErrorKind, ProviderError, Result};
use crate::provider::RemoteRef;

/// Deletes a file; see [`crate::Provider::delete`].
pub(super) async fn remove(service: &Calyptia, item: &RemoteRef, if_revision: &Revision) -> Result<()> {
    let what = format!("deleting {}", named(&item.path));
    let snapshot = service.look().await?;
    if find(&snapshot, item).is_none() && !snapshot.has_unreadable() {
        return Ok(());
    }
    let found = there(&snapshot, item, &what)?;
    at_revision(found, if_revision, &what)?;
    let answer = service.api.delete(&found.id.0, &what).await;
    service.looks.written(&found.id);
    let doubt = match answer {
        Ok(answer) if answer.deleted => return Ok(()),
        Ok(_) => {
            ProviderError::permanent(ErrorKind::Refused, format!("{what}: the service didn't delete it"))
        }
        Err(Refused::Absent(error)) => error,
        Err(Refused::Other(error)) => return Err(error),
    };
    let snapshot = service.look().await?;
    if snapshot.of_id(&found.id).is_none() && !snapshot.has_unreadable() {
        return Ok(());
    }
    Err(ProviderError { kind: ErrorKind::Refused, ..doubt })
}
