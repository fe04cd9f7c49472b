//! Deletions. The service deletes whatever is there, so what is there is looked at just before.

use tidemark_core::node::Revision;
use tidemark_core::path::RelPath;

use crate::coredata::CoreData;
use crate::coredata::api::refused;
use crate::coredata::error::Absence;
use crate::coredata::id::{ItemId, Known};
use crate::error::{ErrorKind, ProviderError, Result};
use crate::provider::RemoteRef;

/// Deletes a file at that revision.
pub(super) async fn file(service: &CoreData, item: &RemoteRef, if_revision: &Revision) -> Result<()> {
    let what = format!("deleting {}", service.named(&item.path));
    let id = match item.id.as_ref().and_then(Known::of) {
        Some(Known::File(id)) => id,
        _ => match service.file_by_path(&item.path, &what).await? {
            Some(file) => file.id,
            None => return Ok(()),
        },
    };
    let file = match service.api.file(&id, &what).await {
        Ok(file) if !file.is_in_trash() => file,
        Ok(_) | Err(Absence::Gone(_)) => return Ok(()),
        Err(Absence::Other(error)) => return Err(error),
    };
    if file.revision().as_ref() != Some(if_revision) || !service.is_at(&file, &item.path, &what).await? {
        let why = format!("{what}: it was changed or moved there meanwhile");
        return Err(ProviderError::permanent(ErrorKind::RevisionMismatch, why));
    }
    service.facts.forget(&id);
    match service.api.delete_file(&id, &what).await {
        Ok(()) | Err(Absence::Gone(_)) => Ok(()),
        Err(Absence::Other(error)) => Err(error),
    }
}

/// Deletes a folder that is listed empty. No page of the vendor's says that folders can be deleted: where the service
/// refuses it, that is the reason that people see.
pub(super) async fn folder(service: &CoreData, item: &RemoteRef) -> Result<()> {
    let what = format!("deleting the folder {}", service.named(&item.path));
    let Some(id) = there(service, &item.path, &what).await? else { return Ok(()) };
    if matches!(item.id.as_ref().and_then(Known::of), Some(Known::Folder(known)) if known != id) {
        let why = format!("{what}: another folder is there by now");
        return Err(ProviderError::permanent(ErrorKind::RevisionMismatch, why));
    }
    match service.is_empty(&id, &what).await {
        Ok(true) => {}
        Ok(false) => {
            let why = format!("{what}: it isn't empty there, as far as its lists can be read");
            return Err(ProviderError::permanent(ErrorKind::RevisionMismatch, why));
        }
        Err(Absence::Gone(_)) => return Ok(()),
        Err(Absence::Other(error)) => return Err(error),
    }
    let deleted = service.api.delete_folder(&id, &what).await;
    service.root.forget(&item.path);
    let error = match deleted {
        Ok(()) => return Ok(()),
        Err(Absence::Gone(error)) if there(service, &item.path, &what).await?.is_some() => error,
        Err(Absence::Gone(_)) => return Ok(()),
        Err(Absence::Other(error)) => error,
    };
    match error.kind {
        ErrorKind::NotFound | ErrorKind::Refused => {
            Err(refused(format!("{}; delete it in CoreData, it is empty there", error.context)))
        }
        _ => Err(error),
    }
}

/// The folder's id, asked for anew.
async fn there(service: &CoreData, path: &RelPath, what: &str) -> Result<Option<ItemId>> {
    service.root.forget(path);
    service.folder_id(path, what).await
}
