//! The base of a conflict, what both sides came from: its content is put into the kept store while it can be had, from
//! the remembered texts or from the service's history.

use std::collections::HashSet;

use tidemark_core::node::{ContentHash, Kind, Node};
use tidemark_core::path::RelPath;
use tidemark_disk::DiskError;
use tidemark_disk::disk::{Disk, KeepNote, KeptItem};
use tidemark_providers::provider::{RemoteRef, RemoteVersion};
use tidemark_providers::{ErrorKind, ProviderError};

use crate::apply::fetch::{fetch, staging_key};
use crate::apply::trouble::state_error;
use crate::error::Result;
use crate::pair::Pair;
use crate::state::{Base, ConflictRow};

/// Why a content is in the kept store that is the base of a conflict.
pub(crate) const WHY: &str = "base of a conflict";
/// A larger base stays at the service: nobody merges it by hand.
const MAX_BYTES: u64 = 32 << 20;

/// Why a base could not be had this time.
enum Miss {
    /// Nobody has it.
    Gone,
    /// Another sync may get it.
    Later(String),
}

impl From<ProviderError> for Miss {
    fn from(error: ProviderError) -> Self {
        match error.kind {
            ErrorKind::NotFound | ErrorKind::Unsupported | ErrorKind::Refused => Self::Gone,
            _ => Self::Later(error.sentence()),
        }
    }
}

impl From<DiskError> for Miss {
    fn from(error: DiskError) -> Self {
        Self::Later(error.sentence())
    }
}

/// Keeps the bases of the conflicts that wait and have none yet. A base that can't be had delays nothing.
pub(crate) async fn keep_bases(pair: &Pair) -> Result<()> {
    let rows = pair.state.conflicts().map_err(|error| state_error(&error))?;
    if rows.is_empty() {
        return Ok(());
    }
    let disk = pair.disk.clone();
    let Ok(kept) = pair.offload.run(move || disk.kept()).await? else { return Ok(()) };
    let ids: HashSet<&str> = kept.iter().map(|item| item.id.as_str()).collect();
    // What an overtaken write came from isn't what is agreed on now: that is the write itself.
    for row in rows.into_iter().filter(|row| !row.sticky) {
        match &row.base {
            Base::NotSought => {}
            Base::Kept(id) if !ids.contains(id.as_str()) => {}
            Base::Kept(_) | Base::Nowhere => continue,
        }
        let node = pair.state.node(&row.path).map_err(|error| state_error(&error))?;
        let base = match find(pair, &node, &kept).await {
            Ok(item) => Base::Kept(item.id),
            Err(Miss::Gone) => Base::Nowhere,
            Err(Miss::Later(why)) => {
                tracing::info!(path = %row.path, why, "the base of the conflict could not be kept yet");
                continue;
            }
        };
        pair.state.put_conflict(&ConflictRow { base, ..row }).map_err(|error| state_error(&error))?;
    }
    Ok(())
}

async fn find(pair: &Pair, node: &Node, kept: &[KeptItem]) -> std::result::Result<KeptItem, Miss> {
    let agreed = node.synced.as_ref().filter(|agreed| agreed.kind() == Kind::File).ok_or(Miss::Gone)?;
    let hash = agreed.hash();
    let is_base = |item: &&KeptItem| {
        item.path == node.path && hash.is_some_and(|hash| item.hash == Some(hash.to_string()))
    };
    if let Some(item) = kept.iter().find(is_base) {
        return Ok(item.clone());
    }
    if let Some(hash) = hash
        && let Some(text) =
            pair.state.base_text(&hash).map_err(|error| Miss::Later(state_error(&error).message))?
    {
        return keep_text(pair, &node.path, agreed.local.stamp.mtime_ns, hash, text).await;
    }
    if !pair.provider.capabilities().versions || agreed.local.stamp.size > MAX_BYTES {
        return Err(Miss::Gone);
    }
    let item = RemoteRef { id: Some(agreed.remote.id.clone()), path: node.path.clone() };
    let versions = pair.pacer.persist(&pair.cancel, &|_| {}, || pair.provider.versions(&item)).await?;
    let is_base = |version: &&RemoteVersion| {
        *version.id.0 == *agreed.remote.revision.0 || (hash.is_some() && version.hash == hash)
    };
    let version = versions.iter().find(is_base).ok_or(Miss::Gone)?;
    let fetched = fetch(pair, &item, Some(&version.id), &|_| {}).await?;
    if hash.is_some_and(|agreed| agreed != fetched.hash) {
        return Err(Miss::Gone);
    }
    let (disk, path) = (pair.disk.clone(), node.path.clone());
    let note = note(pair, fetched.hash);
    let keep = move || keep(&*disk, &fetched.key, &path, fetched.remote.modified_ns, &note);
    Ok(pair.offload.run(keep).await.map_err(|error| Miss::Later(error.message))??)
}

fn note(pair: &Pair, hash: ContentHash) -> KeepNote {
    KeepNote { now_ns: pair.clock.now_ns(), why: WHY.to_owned(), hash: Some(hash) }
}

fn keep(
    disk: &dyn Disk,
    key: &str,
    path: &RelPath,
    mtime_ns: Option<i64>,
    note: &KeepNote,
) -> tidemark_disk::Result<KeptItem> {
    disk.flush()?;
    disk.keep_staged(key, path, mtime_ns, note)
}

async fn keep_text(
    pair: &Pair,
    path: &RelPath,
    mtime_ns: i64,
    hash: ContentHash,
    text: Vec<u8>,
) -> std::result::Result<KeptItem, Miss> {
    let (disk, path, note) = (pair.disk.clone(), path.clone(), note(pair, hash));
    let kept = pair.offload.run(move || {
        let key = staging_key(&path, &format!("base {}", blake3::Hash::from_bytes(hash.0).to_hex()));
        let staging = disk.stage(&key)?;
        staging.write_at(0, &text)?;
        staging.seal(text.len() as u64)?;
        drop(staging);
        keep(&*disk, &key, &path, Some(mtime_ns), &note)
    });
    Ok(kept.await.map_err(|error| Miss::Later(error.message))??)
}
