//! Steps at the service: folders, moves, deletions, and the questions that come before a deletion is believed.

use tidemark_core::node::{Change, Kind, Local, Node, Remote, Synced};
use tidemark_core::path::RelPath;
use tidemark_core::plan::operation::{Operation, Reason};
use tidemark_providers::ProviderError;
use tidemark_providers::capabilities::{Folders, Listing};
use tidemark_providers::provider::RemoteRef;

use super::rescue::{confirm, rescue};
use super::trouble::{Trouble, of_disk, of_provider, provider_error};
use super::{Counts, record};
use crate::error::EngineError;
use crate::pair::Pair;
use crate::report::Event;

/// Tells the person that the service asks for patience.
pub(crate) fn patience(pair: &Pair) -> impl Fn(&ProviderError) + Send + Sync + '_ {
    |error| pair.tell(Event::Waiting { why: format!("{}. Trying again.", error.sentence()) })
}

/// Asks whether the account is alive, patiently: before anything is deleted here because it is gone there.
pub(super) async fn probe(pair: &Pair) -> Result<(), EngineError> {
    let answer = pair.pacer.persist(&pair.cancel, &patience(pair), || pair.provider.check()).await;
    answer.map(drop).map_err(|error| provider_error(pair, &error))
}

/// Asks once whether the service answers at all.
pub(super) async fn answers(pair: &Pair) -> Result<(), ProviderError> {
    pair.provider.check().await.map(drop)
}

/// Asks for the item that is to be deleted here: only what the service itself says to be gone is gone.
pub(super) async fn confirm_gone(pair: &Pair, operation: &Operation) -> Result<(), Trouble> {
    let path = &operation.path;
    if operation.expects.remote.is_some() || pair.provider.capabilities().listing == Listing::None {
        return Ok(());
    }
    let node = pair.state.node(path)?;
    let item =
        RemoteRef { id: node.synced.as_ref().map(|synced| synced.remote.id.clone()), path: path.clone() };
    let there = pair
        .pacer
        .persist(&pair.cancel, &patience(pair), || pair.provider.stat(&item))
        .await
        .map_err(|error| of_provider(pair, path, error))?;
    match there {
        None => Ok(()),
        Some(remote) => {
            pair.state.put(&[Node { remote: Some(remote), ..node }])?;
            Err(Trouble::LookAgain(vec![path.clone()]))
        }
    }
}

/// Makes a folder at the service.
pub(super) async fn make_folder(pair: &Pair, operation: &Operation) -> Result<Counts, Trouble> {
    let path = &operation.path;
    // A folder that follows from paths is made without a word, and its row would forget the file's id.
    if pair.state.node(path)?.remote.is_some_and(|known| known.kind == Kind::File) {
        return Err(Trouble::LookAgain(vec![path.clone()]));
    }
    let remote = pair
        .pacer
        .persist(&pair.cancel, &patience(pair), || pair.provider.create_folder(path))
        .await
        .map_err(|error| of_provider(pair, path, error))?;
    let mut node = pair.state.node(path)?;
    node.remote = Some(remote);
    record::settle(&mut node);
    let real = pair.provider.capabilities().folders == Folders::Real;
    let row = real.then(|| record::activity_row(pair, operation, 0));
    pair.state.record(&[node], row.as_slice())?;
    Ok(Counts::default())
}

/// Moves an item at the service to where it is here, with all that is inside.
pub(super) async fn move_item(pair: &Pair, operation: &Operation, from: &RelPath) -> Result<Counts, Trouble> {
    let to = &operation.path;
    let again = || Trouble::LookAgain(vec![from.clone(), to.clone()]);
    let Some(expected) = &operation.expects.remote else { return Err(again()) };
    make_parents(pair, to).await?;
    let item = RemoteRef { id: Some(expected.id.clone()), path: from.clone() };
    let relocate = || pair.provider.relocate(&item, to, &expected.revision);
    let moved = pair.pacer.persist(&pair.cancel, &patience(pair), relocate).await;
    let moved = match moved.map_err(|error| of_provider(pair, to, error)) {
        Err(Trouble::LookAgain(_)) => return Err(again()),
        other => other?,
    };
    let mut nodes = record::rebase(pair, from, to, false)?;
    for node in nodes.iter_mut().filter(|node| node.path == *to) {
        let edited_there = node.remote_change() == Change::Changed;
        let before = node.remote.as_ref();
        let remote = Remote {
            hash: moved.hash.or(before.and_then(|remote| remote.hash)),
            size: moved.size.or(before.and_then(|remote| remote.size)),
            modified_ns: moved.modified_ns.or(before.and_then(|remote| remote.modified_ns)),
            ..moved.clone()
        };
        node.remote = Some(remote.clone());
        if let (Some(synced), Some(local)) = (&mut node.synced, &mut node.local) {
            let agreed = synced.hash();
            if operation.kind == Kind::Folder || is_agreed(local, synced) {
                *local = Local { stamp: local.stamp, hash: agreed };
                synced.local = local.clone();
            }
            if !edited_there {
                synced.remote = Remote { hash: synced.remote.hash, ..remote };
            }
        }
    }
    pair.state.record(&nodes, &[record::activity_row(pair, operation, 0)])?;
    Ok(Counts { moved_remote: operation.files, ..Counts::default() })
}

/// Makes the folders above a path that the service doesn't have.
pub(crate) async fn make_parents(pair: &Pair, path: &RelPath) -> Result<(), Trouble> {
    let mut parents: Vec<_> = path.ancestors().collect();
    parents.reverse();
    for parent in &parents {
        let mut node = pair.state.node(parent)?;
        if node.remote.is_none() {
            let made = pair
                .pacer
                .persist(&pair.cancel, &patience(pair), || pair.provider.create_folder(parent))
                .await;
            node.remote = Some(made.map_err(|error| of_provider(pair, parent, error))?);
            record::settle(&mut node);
            pair.state.put(&[node])?;
        }
    }
    Ok(())
}

/// True when a file that was moved here still has the agreed content: by its hash where that is known, else by what
/// a rename doesn't change.
fn is_agreed(local: &Local, synced: &Synced) -> bool {
    match (local.hash, synced.hash()) {
        (Some(now), Some(agreed)) => now == agreed,
        _ => {
            let then = &synced.local.stamp;
            (local.stamp.size, local.stamp.mtime_ns) == (then.size, then.mtime_ns)
        }
    }
}

/// Deletes at the service what is gone here, if it is still gone here and still what was seen there.
pub(super) async fn delete(pair: &Pair, operation: &Operation) -> Result<Counts, Trouble> {
    let path = &operation.path;
    let again = || Trouble::LookAgain(vec![path.clone()]);
    let Some(remote) = &operation.expects.remote else { return Err(again()) };
    if let Reason::Resent { to, .. } = &operation.reason {
        let arrived = pair.state.node(to)?;
        if arrived.synced.is_none() || arrived.is_dirty() {
            return Err(Trouble::LookAgain(vec![path.clone(), to.clone()]));
        }
    }
    if operation.expects.local.is_none() {
        let (disk, file) = (pair.disk.clone(), path.clone());
        let here = pair.offload.run(move || disk.root().and_then(|_| disk.stat(&file))).await?;
        if here.map_err(|error| of_disk(path, &error))?.is_some() {
            return Err(again());
        }
    }
    let able = pair.provider.capabilities();
    let shared = able.listing == Listing::None
        && operation.kind == Kind::File
        && pair.state.leads_to(&remote.id, Some(path))?;
    let real = !shared && (operation.kind == Kind::File || able.folders == Folders::Real);
    match operation.reason {
        _ if shared => {}
        Reason::Resent { .. } => confirm(pair, path, remote).await?,
        _ => rescue(pair, path, remote, "deleted there").await?,
    }
    let deleted = if real {
        let item = RemoteRef { id: Some(remote.id.clone()), path: path.clone() };
        let delete = || pair.provider.delete(&item, operation.kind, &remote.revision);
        let deleted = pair.pacer.persist(&pair.cancel, &patience(pair), delete).await;
        deleted.map_err(|error| of_provider(pair, path, error))
    } else if !shared && holds_files(pair, path)? {
        Err(again())
    } else {
        Ok(())
    };
    match deleted {
        Err(Trouble::LookAgain(_)) if operation.kind == Kind::Folder => {
            let mut node = pair.state.node(path)?;
            node.synced = None;
            pair.state.put(&[node])?;
            return Err(again());
        }
        other => other?,
    }
    let mut node = pair.state.node(path)?;
    node.remote = None;
    node.synced = None;
    let row = real.then(|| record::activity_row(pair, operation, 0));
    pair.state.record(&[node], row.as_slice())?;
    Ok(Counts { deleted_remote: u64::from(operation.kind == Kind::File), ..Counts::default() })
}

/// True when the service has a file below the path: then a folder that follows from paths is there.
pub(super) fn holds_files(pair: &Pair, folder: &RelPath) -> Result<bool, Trouble> {
    let is_file = |node: &Node| {
        node.path != *folder && node.remote.as_ref().is_some_and(|remote| remote.kind == Kind::File)
    };
    Ok(pair.state.below(folder)?.iter().any(is_file))
}

/// Asks for the remote side of single paths and stores it: after a step found that the service had moved on.
pub(crate) async fn look_at_paths(pair: &Pair, paths: &[RelPath]) -> Result<(), ProviderError> {
    let real_folders = pair.provider.capabilities().folders == Folders::Real;
    for path in paths {
        let Ok(node) = pair.state.node(path) else { continue };
        let known = node.remote.as_ref().or(node.synced.as_ref().map(|synced| &synced.remote));
        if !real_folders && known.is_some_and(|remote| remote.kind == Kind::Folder) {
            continue;
        }
        let item = RemoteRef { id: known.map(|remote| remote.id.clone()), path: path.clone() };
        let remote = pair.pacer.persist(&pair.cancel, &patience(pair), || pair.provider.stat(&item)).await?;
        let remote = match remote {
            None if item.id.is_some() => {
                let by_path = RemoteRef { id: None, path: path.clone() };
                pair.pacer.persist(&pair.cancel, &patience(pair), || pair.provider.stat(&by_path)).await?
            }
            other => other,
        };
        let row = crate::state::RemoteRow { path: path.clone(), remote };
        let stored = pair.state.see_remote(&[row], &mut crate::state::SeenRows::default());
        stored.map_err(|error| {
            ProviderError::permanent(tidemark_providers::ErrorKind::LocalIo, "storing what was seen failed")
                .because(error)
        })?;
    }
    Ok(())
}
