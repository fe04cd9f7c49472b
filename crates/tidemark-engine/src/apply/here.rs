//! Steps on this computer: folders, moves, deletions into the kept store, putting a version aside.

use tidemark_core::node::{Change, Kind, Local, Node};
use tidemark_core::path::RelPath;
use tidemark_core::plan::operation::{Action, BlockedCode, Operation, Reason};
use tidemark_disk::disk::KeepNote;
use tidemark_disk::{DiskError, DiskErrorKind};
use tidemark_providers::capabilities::Folders;

use super::trouble::{Trouble, of_disk};
use super::{Counts, record, there};
use crate::pair::Pair;
use crate::report::Problem;

async fn on_disk<T: Send + 'static>(
    pair: &Pair,
    path: &RelPath,
    call: impl FnOnce(&dyn tidemark_disk::Disk) -> Result<T, DiskError> + Send + 'static,
) -> Result<T, Trouble> {
    let disk = pair.disk.clone();
    pair.offload.run(move || call(&*disk)).await?.map_err(|error| of_disk(path, &error))
}

/// Where folders follow from paths, a service can hold both a file and something below it; here only one of the two
/// can be, and the one that is here stays.
pub(super) fn check_room(pair: &Pair, operation: &Operation) -> Result<(), Trouble> {
    if pair.provider.capabilities().folders == Folders::Real {
        return Ok(());
    }
    let path = &operation.path;
    let comes = matches!(operation.action, Action::Download | Action::CreateLocalFolder);
    for above in path.ancestors().filter(|_| comes) {
        let node = pair.state.node(&above)?;
        if !node.is_dirty() && node.local.is_some_and(|local| local.stamp.kind == Kind::File) {
            return Err(both_there(path, &above));
        }
    }
    let file_comes = operation.expects.remote.as_ref().is_some_and(|remote| remote.kind == Kind::File);
    let is_folder = |node: Node| node.local.is_some_and(|local| local.stamp.kind == Kind::Folder);
    if file_comes && is_folder(pair.state.node(path)?) && there::holds_files(pair, path)? {
        return Err(both_there(path, path));
    }
    Ok(())
}

fn both_there(path: &RelPath, file: &RelPath) -> Trouble {
    Trouble::Problem(Problem {
        path: path.to_string(),
        code: BlockedCode::DuplicateName,
        message: format!(
            "The service has a file \"{file}\" and other files below it; here only one of the two can be. Rename one of them there."
        ),
    })
}

/// Makes a folder here; one that is there already will do.
pub(super) async fn make_folder(pair: &Pair, operation: &Operation) -> Result<Counts, Trouble> {
    let path = operation.path.clone();
    let stamp = on_disk(pair, &operation.path, move |disk| folder_at(disk, &path)).await?;
    let mut node = pair.state.node(&operation.path)?;
    node.local = Some(Local { stamp, hash: None });
    record::settle(&mut node);
    pair.state.record(&[node], &[record::activity_row(pair, operation, 0)])?;
    Ok(Counts::default())
}

/// Makes the folders above a path that aren't there.
pub(crate) fn make_parents(disk: &dyn tidemark_disk::Disk, path: &RelPath) -> Result<(), DiskError> {
    let mut parents: Vec<_> = path.ancestors().collect();
    parents.reverse();
    parents.iter().try_for_each(|parent| folder_at(disk, parent).map(drop))
}

fn folder_at(
    disk: &dyn tidemark_disk::Disk,
    path: &RelPath,
) -> Result<tidemark_core::node::LocalStamp, DiskError> {
    match disk.make_folder(path) {
        Err(error) if error.kind == DiskErrorKind::Occupied => match disk.stat(path)? {
            Some(stamp) if stamp.kind == Kind::Folder => Ok(stamp),
            _ => Err(error),
        },
        other => other,
    }
}

/// Moves an item here to where the service has it, with all that is inside.
pub(super) async fn move_item(pair: &Pair, operation: &Operation, from: &RelPath) -> Result<Counts, Trouble> {
    let again = || Trouble::LookAgain(vec![from.clone(), operation.path.clone()]);
    let Some(expected) = operation.expects.local.as_ref().map(|local| local.stamp) else {
        return Err(again());
    };
    let (source, target) = (from.clone(), operation.path.clone());
    let moved = on_disk(pair, from, move |disk| {
        make_parents(disk, &target)?;
        disk.rename(&source, &target, &expected)
    })
    .await;
    let stamp = match moved {
        Err(Trouble::LookAgain(_)) => return Err(again()),
        other => other?,
    };
    let mut nodes = record::rebase(pair, from, &operation.path, true)?;
    for node in nodes.iter_mut().filter(|node| node.path == operation.path) {
        let edited = node.local_change() == Change::Changed;
        let hash = node.local.as_ref().and_then(|local| local.hash);
        node.local = Some(Local { stamp, hash });
        if let (Some(synced), Some(remote)) = (&mut node.synced, &node.remote) {
            if !edited {
                synced.local = Local { stamp, hash: synced.local.hash };
            }
            if synced.remote.revision == remote.revision || operation.kind == Kind::Folder {
                synced.remote = tidemark_core::node::Remote { hash: synced.remote.hash, ..remote.clone() };
            }
        }
    }
    pair.state.record(&nodes, &[record::activity_row(pair, operation, 0)])?;
    Ok(Counts { moved_local: operation.files, ..Counts::default() })
}

/// Deletes here what is gone at the service: a file goes to the kept store, a folder only when it is empty.
pub(super) async fn delete(pair: &Pair, operation: &Operation) -> Result<Counts, Trouble> {
    let path = &operation.path;
    let Some(expected) = operation.expects.local.as_ref() else {
        return Err(Trouble::LookAgain(vec![path.clone()]));
    };
    if operation.kind == Kind::Folder {
        let folder = path.clone();
        return match on_disk(pair, path, move |disk| disk.remove_folder(&folder)).await {
            Ok(()) => {
                pair.state
                    .record(&[Node::empty(path.clone())], &[record::activity_row(pair, operation, 0)])?;
                Ok(Counts::default())
            }
            Err(Trouble::LookAgain(_)) => {
                let mut node = pair.state.node(path)?;
                node.synced = None;
                pair.state.put(&[node])?;
                Err(Trouble::LookAgain(vec![path.clone()]))
            }
            Err(trouble) => Err(trouble),
        };
    }
    there::confirm_gone(pair, operation).await?;
    let (file, stamp, hash, now_ns) = (path.clone(), expected.stamp, expected.hash, pair.clock.now_ns());
    let note = KeepNote { now_ns, why: "deleted".to_owned(), hash };
    on_disk(pair, path, move |disk| {
        disk.keep(&file, &stamp, &note)?;
        disk.flush()
    })
    .await?;
    let mut node = pair.state.node(path)?;
    node.local = None;
    node.synced = None;
    pair.state.record(&[node], &[record::activity_row(pair, operation, 0)])?;
    if operation.reason == Reason::DeletedThere && pair.provider.capabilities().folders == Folders::Implied {
        remove_emptied_folders(pair, path).await?;
    }
    Ok(Counts { deleted_local: 1, ..Counts::default() })
}

/// Where folders follow from paths, the last file's deletion deletes its folder.
async fn remove_emptied_folders(pair: &Pair, path: &RelPath) -> Result<(), Trouble> {
    for folder in path.ancestors() {
        if pair.state.has_local_below(&folder)? {
            return Ok(());
        }
        let target = folder.clone();
        if on_disk(pair, &folder, move |disk| disk.remove_folder(&target)).await.is_err() {
            return Ok(());
        }
        pair.state.put(&[Node::empty(folder)])?;
    }
    Ok(())
}

/// Gives the local version another name beside the path, which the service's version takes with the next look.
pub(super) async fn set_aside(pair: &Pair, operation: &Operation, copy: &RelPath) -> Result<Counts, Trouble> {
    let path = &operation.path;
    let again = || Trouble::LookAgain(vec![path.clone(), copy.clone()]);
    let Some(expected) = operation.expects.local.as_ref().map(|local| local.stamp) else {
        return Err(again());
    };
    pair.state.note_copy(path, copy)?;
    let (source, target) = (path.clone(), copy.clone());
    let stamp = match on_disk(pair, path, move |disk| disk.rename(&source, &target, &expected)).await {
        Err(Trouble::LookAgain(_)) => return Err(again()),
        other => other?,
    };
    let mut node = pair.state.node(path)?;
    let hash = node.local.take().and_then(|local| local.hash);
    node.synced = None;
    let mut copied = pair.state.node(copy)?;
    copied.local = Some(Local { stamp, hash });
    pair.state.record(&[node, copied], &[record::activity_row(pair, operation, 0)])?;
    Err(again())
}
