//! Folders, and deletions. `DELETE` takes whatever is at a path, a folder with all that is in it: it is sent only for
//! what was just seen to be a file of the expected size, or a folder with nothing in it. The list of what isn't a folder
//! is empty as well, so a folder is first seen in the list of its parent.

use tidemark_core::node::Revision;
use tidemark_core::path::RelPath;

use crate::error::{ErrorKind, ProviderError, Result};
use crate::et_engine::error::{Asked, Denied};
use crate::et_engine::unfinished::is_unfinished;
use crate::et_engine::{EtEngine, There, mismatch, revision};

/// Makes the folder at a whole path, with those above it where they aren't there. One that is there stays as it is.
pub(super) async fn make(service: &EtEngine, full: &RelPath, what: &str) -> Result<()> {
    match make_all(service, full, what).await {
        Ok(()) => Ok(()),
        Err(Denied::Exists(error)) => match service.look(full, what).await? {
            There::Folder => Ok(()),
            There::File(_) | There::Nothing => Err(error),
        },
        Err(denied) => Err(denied.into_error()),
    }
}

/// Makes the folders above a whole path that aren't there. True when there were any to make.
pub(super) async fn make_above(service: &EtEngine, full: &RelPath, what: &str) -> Asked<bool> {
    let Some(parent) = full.parent().filter(|parent| !parent.is_root()) else { return Ok(false) };
    match make_all(service, &parent, what).await {
        Ok(()) => Ok(true),
        Err(Denied::Exists(_)) => Ok(false),
        Err(denied) => Err(denied),
    }
}

/// Level by level: up to the first folder that can be made, or is there, and down again.
async fn make_all(service: &EtEngine, full: &RelPath, what: &str) -> Asked<()> {
    let levels: Vec<RelPath> = std::iter::once(full.clone()).chain(full.ancestors()).collect();
    let mut at = 0;
    loop {
        match service.api.make_directory(&levels[at], what).await {
            Err(Denied::Absent(_) | Denied::Unclear(_)) if at + 1 < levels.len() => at += 1,
            Err(Denied::Exists(_)) if at > 0 => break,
            Err(denied) => return Err(denied),
            Ok(()) => break,
        }
    }
    for level in levels[..at].iter().rev() {
        match service.api.make_directory(level, what).await {
            Ok(()) | Err(Denied::Exists(_)) => {}
            Err(denied) => return Err(denied),
        }
    }
    Ok(())
}

/// Deletes a file of the expected size.
pub(super) async fn delete_file(
    service: &EtEngine,
    full: &RelPath,
    expected: &Revision,
    what: &str,
) -> Result<()> {
    if is_unfinished(full.name()) {
        let why = "by its name it is an unfinished upload; it isn't touched";
        return Err(ProviderError::permanent(ErrorKind::InvalidName, format!("{what}: {why}")));
    }
    match service.look(full, what).await? {
        There::Nothing => Ok(()),
        There::Folder => Err(mismatch(what, "it is a folder there by now")),
        There::File(size) if revision(size) != *expected => {
            Err(mismatch(what, "it has another size there by now"))
        }
        There::File(_) => delete(service, full, what).await,
    }
}

/// Deletes a folder that is empty, unfinished uploads counted. A folder that the service can't read lists like an empty
/// one, so it has to be empty twice, with another answer in between.
pub(super) async fn delete_folder(service: &EtEngine, full: &RelPath, what: &str) -> Result<()> {
    for _ in 0..2 {
        match service.look(full, what).await? {
            There::Nothing => return Ok(()),
            There::File(_) => return Err(mismatch(what, "it is a file there by now")),
            There::Folder => {}
        }
        if !service.api.list(full, what).await.map_err(Denied::into_error)?.is_empty() {
            return Err(mismatch(what, "it isn't empty there"));
        }
    }
    delete(service, full, what).await
}

/// Removes what an upload of ours that won't be completed has left: a file of exactly this path.
pub(super) async fn delete_unfinished(service: &EtEngine, full: &RelPath, what: &str) -> Result<()> {
    match service.look(full, what).await? {
        There::File(_) => delete(service, full, what).await,
        There::Nothing | There::Folder => Ok(()),
    }
}

/// A refusal is none when nothing is there any more.
async fn delete(service: &EtEngine, full: &RelPath, what: &str) -> Result<()> {
    match service.api.delete(full, what).await {
        Ok(()) => Ok(()),
        Err(Denied::Absent(error) | Denied::Unclear(error)) => match service.look(full, what).await {
            Ok(There::Nothing) => Ok(()),
            _ => Err(error),
        },
        Err(denied) => Err(denied.into_error()),
    }
}
