//! The contents of a conflict's two sides in the kept store: as they were when somebody looked at them or decided.

use tidemark_core::node::{ContentHash, Kind, Local, Node, Remote};
use tidemark_core::path::RelPath;
use tidemark_disk::disk::{Disk, KeepNote, KeptItem};
use tidemark_disk::{DiskError, DiskErrorKind};
use tidemark_providers::provider::{RemoteRef, VersionId};

use crate::apply::fetch::{Fetched, fetch, staging_key};
use crate::apply::there::patience;
use crate::apply::trouble::{Trouble, of_provider, provider_error, state_error};
use crate::conflict_base;
use crate::error::{EngineError, ErrorCode, Result};
use crate::pair::Pair;

const MINE: &str = "this computer's side of a conflict";
const THEIRS: &str = "the service's side of a conflict";
const COPY_BYTES: usize = 1 << 20;
/// A content that was kept longer ago is kept anew for a decision: it has to stay as long as the decision can be undone.
const FRESH_NS: i64 = 3600 * 1_000_000_000;

/// True for what is kept for a conflict, and not since sync replaced or deleted it.
pub(crate) fn belongs_to_a_conflict(item: &KeptItem) -> bool {
    [conflict_base::WHY, MINE, THEIRS].contains(&item.why.as_str())
}

/// A side's content, in the kept store.
pub(crate) struct KeptSide {
    /// The kept store's id.
    pub id: String,
    /// Its hash.
    pub hash: ContentHash,
}

/// Copies this computer's file into the kept store. `None`: it isn't what it was when it was last seen.
pub(crate) async fn keep_mine(pair: &Pair, path: &RelPath, local: &Local) -> Result<Option<KeptSide>> {
    let (disk, at, local, now_ns) = (pair.disk.clone(), path.clone(), local.clone(), pair.clock.now_ns());
    let copied = pair.offload.run(move || copy_mine(&*disk, &at, &local, now_ns)).await?;
    copied.map_err(|error| {
        failed(&error, format!("a copy of \"{path}\" could not be kept, so nothing was decided"))
    })
}

fn copy_mine(
    disk: &dyn Disk,
    path: &RelPath,
    local: &Local,
    now_ns: i64,
) -> tidemark_disk::Result<Option<KeptSide>> {
    let file = match disk.open(path) {
        Err(error) if error.kind == DiskErrorKind::NotFound => return Ok(None),
        other => other?,
    };
    let is_untouched = || Ok(file.stamp()? == local.stamp && disk.stat(path)? == Some(local.stamp));
    if !is_untouched()? {
        return Ok(None);
    }
    let key = staging_key(path, "mine");
    disk.discard(&key)?;
    let staging = disk.stage(&key)?;
    let (mut buffer, mut offset) = (vec![0; COPY_BYTES], 0);
    loop {
        let count = file.read_at(offset, &mut buffer)?;
        if count == 0 {
            break;
        }
        staging.write_at(offset, &buffer[..count])?;
        offset += count as u64;
    }
    let hash = staging.seal(offset)?;
    drop(staging);
    let changed = local.hash.is_some_and(|known| known != hash);
    if changed || offset != local.stamp.size || !is_untouched()? {
        disk.discard(&key)?;
        return Ok(None);
    }
    let note = KeepNote { now_ns, why: MINE.to_owned(), hash: Some(hash) };
    let kept = disk.keep_staged(&key, path, Some(local.stamp.mtime_ns), &note)?;
    Ok(Some(KeptSide { id: kept.id, hash }))
}

/// Fetches the service's file into the kept store, unless it is there. `lasting`: it has to stay there as long as
/// something that is kept now. `None`: it isn't what it was when it was last seen.
pub(crate) async fn keep_theirs(
    pair: &Pair,
    path: &RelPath,
    remote: &Remote,
    kept: &[KeptItem],
    lasting: bool,
) -> Result<Option<KeptSide>> {
    if let Some(side) = remote.hash.and_then(|hash| find(pair, path, hash, kept, lasting)) {
        return Ok(Some(side));
    }
    let item = RemoteRef { id: Some(remote.id.clone()), path: path.clone() };
    let fetched = match fetch(pair, &item, None, &patience(pair)).await {
        Ok(fetched) => fetched,
        Err(error) => return moved_on(of_provider(pair, path, error)).map(|()| None),
    };
    let same =
        fetched.remote.revision == remote.revision && remote.hash.is_none_or(|hash| hash == fetched.hash);
    if !same {
        let disk = pair.disk.clone();
        let discarded = pair.offload.run(move || disk.discard(&fetched.key)).await?;
        discarded.map_err(|error| failed(&error, format!("\"{path}\" was fetched and isn't needed")))?;
        return Ok(None);
    }
    let node = pair.state.node(path).map_err(|error| state_error(&error))?;
    if node
        .remote
        .as_ref()
        .is_some_and(|known| (&known.id, &known.revision) == (&remote.id, &remote.revision))
    {
        let learned = Node { remote: Some(Remote { hash: Some(fetched.hash), ..remote.clone() }), ..node };
        pair.state.put(&[learned]).map_err(|error| state_error(&error))?;
    }
    keep_fetched(pair, path, fetched, kept, lasting).await.map(Some)
}

/// The same for an older version.
pub(crate) async fn keep_version(
    pair: &Pair,
    path: &RelPath,
    item: &RemoteRef,
    version: &str,
    kept: &[KeptItem],
) -> Result<KeptSide> {
    let version = VersionId(version.to_owned());
    let fetched = fetch(pair, item, Some(&version), &patience(pair)).await;
    let fetched = fetched.map_err(|error| provider_error(pair, &error))?;
    keep_fetched(pair, path, fetched, kept, true).await
}

async fn keep_fetched(
    pair: &Pair,
    path: &RelPath,
    fetched: Fetched,
    kept: &[KeptItem],
    lasting: bool,
) -> Result<KeptSide> {
    let known = find(pair, path, fetched.hash, kept, lasting);
    let note = KeepNote { now_ns: pair.clock.now_ns(), why: THEIRS.to_owned(), hash: Some(fetched.hash) };
    let (disk, at) = (pair.disk.clone(), path.clone());
    let done = pair.offload.run(move || match known {
        Some(side) => disk.discard(&fetched.key).map(|()| side),
        None => {
            let kept = disk.keep_staged(&fetched.key, &at, fetched.remote.modified_ns, &note)?;
            Ok(KeptSide { id: kept.id, hash: fetched.hash })
        }
    });
    done.await?.map_err(|error| failed(&error, format!("what was fetched of \"{path}\" could not be kept")))
}

/// The content of that hash in the kept store.
pub(crate) fn find(
    pair: &Pair,
    path: &RelPath,
    hash: ContentHash,
    kept: &[KeptItem],
    lasting: bool,
) -> Option<KeptSide> {
    let since = if lasting { pair.clock.now_ns().saturating_sub(FRESH_NS) } else { i64::MIN };
    let wanted = hash.to_string();
    let fits = |item: &&KeptItem| {
        item.path == *path
            && item.why != conflict_base::WHY
            && item.kept_ns >= since
            && item.hash.as_ref() == Some(&wanted)
    };
    kept.iter().find(fits).map(|item| KeptSide { id: item.id.clone(), hash })
}

/// What the kept store holds.
pub(crate) async fn kept_items(pair: &Pair) -> Result<Vec<KeptItem>> {
    let disk = pair.disk.clone();
    let kept = pair.offload.run(move || disk.kept()).await?;
    kept.map_err(|error| failed(&error, "what is kept could not be listed"))
}

/// True when this computer's side is a file.
pub(crate) fn file_here(node: &Node) -> Option<&Local> {
    node.local.as_ref().filter(|local| local.stamp.kind == Kind::File)
}

/// The service's file, where it can be read.
pub(crate) fn file_there(node: &Node) -> Option<&Remote> {
    node.remote.as_ref().filter(|remote| remote.kind == Kind::File && !remote.write_only)
}

/// Nothing where a side has only moved on; else why nothing can be done.
pub(crate) fn moved_on(trouble: Trouble) -> Result<()> {
    match trouble {
        Trouble::LookAgain(_) => Ok(()),
        Trouble::Problem(problem) => Err(EngineError::new(ErrorCode::Failed, problem.message)),
        Trouble::Away(error, path) => Err(EngineError::new(
            ErrorCode::ServiceAway,
            format!("\"{path}\" could not be had from the service: {}", error.sentence()),
        )
        .hint("Nothing was changed. Try again when the service answers.")),
        Trouble::End(error) => Err(error),
    }
}

/// A failure of the disk, for people.
pub(crate) fn failed(error: &DiskError, what: impl std::fmt::Display) -> EngineError {
    EngineError::new(ErrorCode::Disk, format!("{what}: {}", error.sentence()))
}
