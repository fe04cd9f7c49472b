//! The steps of an undo. None destroys what it replaces or removes: it goes to the kept store, or is in the service's
//! history.

use std::sync::Arc;

use tidemark_core::node::{ContentHash, Kind, Local, Node, Remote};
use tidemark_core::path::RelPath;
use tidemark_disk::disk::{KeepNote, KeptItem};
use tidemark_disk::{Disk, DiskError, DiskErrorKind};
use tidemark_providers::provider::RemoteRef;

use crate::apply::content::KeptContent;
use crate::apply::here::make_parents;
use crate::apply::rescue::rescue;
use crate::apply::send::{Parcel, send};
use crate::apply::there::{make_parents as make_parents_there, patience};
use crate::apply::trouble::{Trouble, of_disk, of_provider, state_error};
use crate::conflict_sides::{keep_version, kept_items, moved_on};
use crate::error::{EngineError, ErrorCode, Result};
use crate::pair::Pair;
use crate::state::{ActivityRow, ResolutionRow, Stored};
use crate::versions::stage_kept;

/// The kept store's id of a content, where it is there.
pub(super) fn kept_id(stored: &Stored) -> Option<&String> {
    match stored {
        Stored::Kept(id) => Some(id),
        Stored::Version(_) => None,
    }
}

/// Removes the copy that a decision made, on both sides, if nobody has touched it on either.
pub(super) async fn remove_copy(pair: &Pair, row: &ResolutionRow) -> Result<()> {
    let (Some(copy), Some(content)) = (&row.copy, row.after.copy) else { return Ok(()) };
    let mut node = pair.state.node(copy).map_err(|error| state_error(&error))?;
    let touched_here = node.local.as_ref().is_some_and(|local| local.hash != Some(content));
    let touched_there = node.remote.as_ref().is_some_and(|remote| remote.hash != Some(content));
    if touched_here || touched_there {
        return Ok(());
    }
    if let Some(local) = node.local.take() {
        keep_away(pair, copy, &local).await?;
    }
    if let Some(remote) = node.remote.take() {
        delete_there(pair, copy, &remote).await?;
    }
    pair.state.put(&[Node::empty(copy.clone())]).map_err(|error| state_error(&error))
}

/// Gives this computer back what it held.
pub(super) async fn put_back_here(pair: &Pair, row: &ResolutionRow, node: &mut Node) -> Result<()> {
    let path = node.path.clone();
    match (&row.before.local, &row.before.mine) {
        (Some(before), Some(mine)) => {
            let kept = kept_items(pair).await?;
            let moved = moved_by_sync(&kept, &path, before.hash);
            let ids: Vec<String> = moved.into_iter().chain([mine.clone()]).collect();
            let (disk, at, expects, before) =
                (pair.disk.clone(), path.clone(), node.local.clone(), before.clone());
            let now_ns = pair.clock.now_ns();
            let placed =
                pair.offload.run(move || place(&*disk, &ids, &at, expects.as_ref(), &before, now_ns));
            node.local = Some(placed.await?.map_err(|error| stopped(row, of_disk(&path, &error)))?);
        }
        _ => {
            if let Some(local) = node.local.take() {
                keep_away(pair, &path, &local).await?;
            }
        }
    }
    pair.state.put(std::slice::from_ref(node)).map_err(|error| state_error(&error))
}

/// The file itself where sync moved it into the kept store: it has its permissions, which a copy of it hasn't.
fn moved_by_sync(kept: &[KeptItem], path: &RelPath, hash: Option<ContentHash>) -> Option<String> {
    let wanted = hash.map(|hash| hash.to_string());
    let moved = |item: &&KeptItem| item.path == *path && item.hash == wanted && item.why == "deleted";
    kept.iter().find(moved).filter(|_| wanted.is_some()).map(|item| item.id.clone())
}

/// Puts the first of these contents back that is what was there before: a program that still has the file open may have
/// gone on writing to it where it is kept.
fn place(
    disk: &dyn Disk,
    ids: &[String],
    path: &RelPath,
    expects: Option<&Local>,
    before: &Local,
    now_ns: i64,
) -> std::result::Result<Local, DiskError> {
    let mut whole = None;
    for id in ids {
        let staged = stage_kept(disk, path, id)?;
        if before.hash.is_none_or(|hash| hash == staged.hash) {
            whole = Some((id, staged));
            break;
        }
        disk.discard(&staged.key)?;
    }
    let Some((id, staged)) = whole else {
        let text = format!("what is kept of \"{path}\" isn't what was there before");
        return Err(DiskError::new(DiskErrorKind::NotKept, text));
    };
    disk.flush()?;
    let stamp = match expects {
        None => {
            disk.discard(&staged.key)?;
            make_parents(disk, path)?;
            disk.restore_kept(id, path)?
        }
        Some(expected) => {
            let note = KeepNote { now_ns, why: "replaced".to_owned(), hash: expected.hash };
            let mtime_ns = Some(before.stamp.mtime_ns);
            disk.install(&staged.key, path, Some(&expected.stamp), mtime_ns, &note)?.stamp
        }
    };
    disk.flush()?;
    Ok(Local { stamp, hash: before.hash })
}

/// Gives the service back what it held. True when somebody's version got between.
pub(super) async fn put_back_there(pair: &Pair, row: &ResolutionRow, node: &mut Node) -> Result<bool> {
    let path = node.path.clone();
    let now = node.remote.take();
    let Some(before) = &row.before.remote else {
        if let Some(remote) = now {
            delete_there(pair, &path, &remote).await?;
        }
        pair.state.put(std::slice::from_ref(node)).map_err(|error| state_error(&error))?;
        return Ok(false);
    };
    let id = content_there(pair, row, before).await?;
    let (disk, kept) = (pair.disk.clone(), id.clone());
    let opened = pair.offload.run(move || disk.open_kept(&kept).and_then(|file| file.stamp())).await?;
    let stamp = opened.map_err(|error| stopped(row, of_disk(&path, &error)))?;
    let sealed = Arc::default();
    let content =
        KeptContent { pair: pair.clone(), path: path.clone(), id, stamp, sealed: Arc::clone(&sealed) };
    let there = now.as_ref().filter(|remote| remote.kind == Kind::File);
    if there.is_none() {
        make_parents_there(pair, &path).await.map_err(|trouble| stopped(row, trouble))?;
    }
    let parcel = Parcel { path: &path, content: &content, stamp: &stamp, sealed: &sealed, there };
    let sent = send(pair, &parcel, &patience(pair)).await.map_err(|trouble| stopped(row, trouble))?;
    let overtook = sent.overtook;
    node.remote = Some(sent.remote.clone());
    let activity = ActivityRow {
        seq: 0,
        time_ns: pair.clock.now_ns(),
        action: "upload".to_owned(),
        path: path.to_string(),
        reason: format!("what the service held before decision {}", row.id),
        bytes: stamp.size,
        ok: true,
    };
    sent.record(pair, node, &activity).await.map_err(|trouble| stopped(row, trouble))?;
    Ok(overtook)
}

/// The kept store's id of what the service held.
async fn content_there(pair: &Pair, row: &ResolutionRow, before: &Remote) -> Result<String> {
    let path = &row.before.conflict.path;
    let is_mine =
        before.hash.is_some() && row.before.local.as_ref().and_then(|local| local.hash) == before.hash;
    match (&row.before.mine, &row.before.theirs) {
        (Some(mine), _) if is_mine => Ok(mine.clone()),
        (_, Some(Stored::Kept(id))) => Ok(id.clone()),
        (_, Some(Stored::Version(version))) => {
            let item = RemoteRef { id: Some(before.id.clone()), path: path.clone() };
            let kept = kept_items(pair).await?;
            Ok(keep_version(pair, path, &item, version, &kept).await?.id)
        }
        _ => Err(EngineError::new(
            ErrorCode::NotFound,
            format!("what the service held at \"{path}\" before decision {} isn't kept", row.id),
        )),
    }
}

async fn keep_away(pair: &Pair, path: &RelPath, local: &Local) -> Result<()> {
    let (disk, file, stamp) = (pair.disk.clone(), path.clone(), local.stamp);
    let note = KeepNote { now_ns: pair.clock.now_ns(), why: "deleted".to_owned(), hash: local.hash };
    let kept = pair.offload.run(move || {
        disk.keep(&file, &stamp, &note)?;
        disk.flush()
    });
    kept.await?.map_err(|error| changed_now(path, of_disk(path, &error)))
}

async fn delete_there(pair: &Pair, path: &RelPath, remote: &Remote) -> Result<()> {
    let deleted = async {
        rescue(pair, path, remote, "deleted there").await?;
        let item = RemoteRef { id: Some(remote.id.clone()), path: path.clone() };
        let delete = || pair.provider.delete(&item, remote.kind, &remote.revision);
        let deleted = pair.pacer.persist(&pair.cancel, &patience(pair), delete).await;
        deleted.map_err(|error| of_provider(pair, path, error))
    };
    deleted.await.map_err(|trouble| changed_now(path, trouble))
}

fn stopped(row: &ResolutionRow, trouble: Trouble) -> EngineError {
    changed_now(&row.before.conflict.path, trouble)
}

/// A side that moved on in this very moment: what is done so far is a conflict, and the rest is left.
fn changed_now(path: &RelPath, trouble: Trouble) -> EngineError {
    moved_on(trouble).err().unwrap_or_else(|| {
        EngineError::new(
            ErrorCode::Failed,
            format!(
                "\"{path}\" was changed while the decision on it was being undone; both versions are kept"
            ),
        )
        .hint("Its conflict is open again: look at it and decide anew.")
    })
}
