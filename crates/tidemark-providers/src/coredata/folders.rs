//! New folders. No page of the vendor's shows how they are made; what its other endpoints do is tried once.

use std::sync::atomic::Ordering;

use tidemark_core::node::Remote;
use tidemark_core::path::RelPath;

use crate::coredata::CoreData;
use crate::coredata::api::refused;
use crate::coredata::error::Absence;
use crate::coredata::wire::folder_remote;
use crate::error::{ErrorKind, ProviderError, Result};

/// Makes a folder; one that is there already is returned. See [`crate::Provider::create_folder`].
pub(super) async fn create(service: &CoreData, at: &RelPath) -> Result<Remote> {
    let what = format!("creating the folder {}", service.named(at));
    let above = at.parent().unwrap_or_else(RelPath::root);
    let Some(parent) = service.folder_id(&above, &what).await? else {
        return Err(service.no_folder(&above, &what));
    };
    let base = service.base().await?;
    service.root.forget(at);
    if let Some(id) = service.look_for_folder(&base, &above, &parent, at.name(), &what).await? {
        return Ok(folder_remote(&id));
    }
    if service.makes_no_folders.load(Ordering::Relaxed) {
        return Err(service.no_folder(at, &what));
    }
    let made = match service.api.create_folder(at.name(), &parent, &what).await {
        Ok(made) => made,
        Err(Absence::Gone(error)) => return Err(cannot(service, at, &error)),
        Err(Absence::Other(error)) if error.kind == ErrorKind::Refused => {
            return Err(cannot(service, at, &error));
        }
        Err(Absence::Other(error)) if error.kind == ErrorKind::Forbidden => {
            return Err(refused(advice(service, at, &error.context)));
        }
        Err(Absence::Other(error)) => return Err(error),
    };
    let id = match made {
        Some(id) => Some(id),
        None => service.look_for_folder(&base, &above, &parent, at.name(), &what).await?,
    };
    let Some(id) = id else {
        return Err(refused(advice(service, at, &format!("{what}: the service took it and made no folder"))));
    };
    service.root.remember(at.clone(), id.clone());
    Ok(folder_remote(&id))
}

impl CoreData {
    /// The error of something that needs a folder which isn't there.
    pub(super) fn no_folder(&self, folder: &RelPath, what: &str) -> ProviderError {
        if self.makes_no_folders.load(Ordering::Relaxed) {
            let why = format!("{what}: CoreData's API makes no folders");
            return refused(advice(self, folder, &why));
        }
        let why = format!("{what}: there is no folder {} at CoreData", self.named(folder));
        ProviderError::permanent(ErrorKind::NotFound, why)
    }
}

fn cannot(service: &CoreData, at: &RelPath, error: &ProviderError) -> ProviderError {
    service.makes_no_folders.store(true, Ordering::Relaxed);
    refused(advice(service, at, &error.context))
}

fn advice(service: &CoreData, at: &RelPath, why: &str) -> String {
    format!("{why}; create the folder {} in CoreData, and what belongs into it follows", service.named(at))
}
