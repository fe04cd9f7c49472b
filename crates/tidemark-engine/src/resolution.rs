//! Decisions on conflicts: what both sides hold is kept and the decision is in the journal before anything is done.

use futures_util::{StreamExt, TryStreamExt};
use serde::{Deserialize, Serialize};
use tidemark_core::node::{ContentHash, Kind, Node};
use tidemark_core::plan::operation::{ConflictKind, Keep};
use tidemark_disk::disk::KeptItem;
use tidemark_providers::provider::RemoteRef;
use ts_rs::TS;

use crate::apply::trouble::{provider_error, state_error};
use crate::conflict_sides::{
    KeptSide, failed, file_here, file_there, keep_mine, keep_theirs, keep_version, kept_items,
};
use crate::error::Result;
use crate::pair::Pair;
use crate::report::SyncReport;
use crate::state::{Aftermath, Before, ConflictRow, Decided, Left, ResolutionRow, Stored};

/// Conflicts whose sides are kept at once.
const AT_ONCE: usize = 8;
/// A larger content isn't kept a second time where the service's history has it.
const LARGE: u64 = 1 << 30;

/// What decisions came to.
#[derive(Debug, Default, Serialize, Deserialize, TS)]
pub struct Resolved {
    /// What the sync that carried them out did.
    pub report: SyncReport,
    /// The decisions.
    pub resolutions: Vec<ResolutionView>,
}

/// One decision.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ResolutionView {
    /// Its number, for `conflicts undo`.
    pub id: i64,
    /// Name of the pair.
    pub pair: String,
    /// Where.
    pub path: String,
    /// What kind of conflict.
    pub kind: ConflictKind,
    /// What was decided.
    pub decision: Decided,
    /// When, nanoseconds since the epoch.
    pub time_ns: i64,
    /// Whether it can be undone, as far as is known without a look at both sides.
    pub undoable: bool,
    /// Why it can't.
    pub why_not: Option<String>,
    /// When it was undone, nanoseconds since the epoch.
    pub undone_ns: Option<i64>,
}

impl From<Keep> for Decided {
    fn from(keep: Keep) -> Self {
        match keep {
            Keep::Local => Self::Local,
            Keep::Remote => Self::Remote,
            Keep::Both => Self::Both,
        }
    }
}

/// Keeps what both sides of these conflicts hold. A conflict of which a side has moved on since it was last seen is left
/// out: it has to be looked at again. Durable when it returns.
pub(crate) async fn prepare(
    pair: &Pair,
    rows: Vec<ConflictRow>,
    decision: Decided,
    merged: Option<ContentHash>,
) -> Result<Vec<ResolutionRow>> {
    let kept = kept_items(pair).await?;
    let kept = &kept;
    let prepared: Vec<Option<ResolutionRow>> = futures_util::stream::iter(rows)
        .map(|row| prepare_one(pair, row, decision, merged, kept))
        .buffered(AT_ONCE)
        .try_collect()
        .await?;
    let disk = pair.disk.clone();
    let flushed = pair.offload.run(move || disk.flush()).await?;
    flushed.map_err(|error| failed(&error, "what both sides hold could not be kept"))?;
    Ok(prepared.into_iter().flatten().collect())
}

async fn prepare_one(
    pair: &Pair,
    row: ConflictRow,
    decision: Decided,
    merged: Option<ContentHash>,
    kept: &[KeptItem],
) -> Result<Option<ResolutionRow>> {
    let mut node = pair.state.node(&row.path).map_err(|error| state_error(&error))?;
    let mine = match file_here(&node) {
        None => None,
        Some(local) => match keep_mine(pair, &row.path, local).await? {
            None => return Ok(None),
            kept => kept,
        },
    };
    let theirs = match theirs(pair, &row, &node, kept).await? {
        None => return Ok(None),
        Some(theirs) => theirs,
    };
    let (my_hash, their_hash) = (mine.as_ref().map(|side| side.hash), theirs.as_ref().map(|(_, hash)| *hash));
    if let Some(local) = &mut node.local {
        local.hash = my_hash;
    }
    if let Some(remote) = node.remote.as_mut().filter(|_| !row.sticky) {
        remote.hash = their_hash;
    }
    let after = aftermath(&row, &node, decision, [my_hash, their_hash, merged]);
    let before = Before {
        not_undoable: obstacle(&row, &node, &after),
        conflict: ConflictRow { decision: None, ..row },
        local: node.local,
        remote: node.remote,
        synced: node.synced,
        mine: mine.map(|side| side.id),
        theirs: theirs.map(|(stored, _)| stored),
    };
    let time_ns = pair.clock.now_ns();
    let (copy, undoing, undone_ns) = (None, false, None);
    Ok(Some(ResolutionRow { id: 0, decision, time_ns, before, after, copy, undoing, undone_ns }))
}

/// The service's content, in the kept store or in its history. The outer `None`: it has moved on.
async fn theirs(
    pair: &Pair,
    row: &ConflictRow,
    node: &Node,
    kept: &[KeptItem],
) -> Result<Option<Option<(Stored, ContentHash)>>> {
    let stored = |side: KeptSide| (Stored::Kept(side.id), side.hash);
    if let Some(version) = row.theirs_version.as_ref().filter(|_| row.sticky) {
        let item =
            RemoteRef { id: node.remote.as_ref().map(|remote| remote.id.clone()), path: row.path.clone() };
        return Ok(Some(Some(stored(keep_version(pair, &row.path, &item, version, kept).await?))));
    }
    let Some(remote) = file_there(node) else { return Ok(Some(None)) };
    if let Some(hash) = remote.hash.filter(|_| remote.size.is_some_and(|size| size > LARGE))
        && pair.provider.capabilities().versions
    {
        let item = RemoteRef { id: Some(remote.id.clone()), path: row.path.clone() };
        let versions = pair.pacer.persist(&pair.cancel, &|_| {}, || pair.provider.versions(&item)).await;
        let versions = versions.map_err(|error| provider_error(pair, &error))?;
        if let Some(version) = versions.into_iter().find(|version| *version.id.0 == *remote.revision.0) {
            return Ok(Some(Some((Stored::Version(version.id.0), hash))));
        }
    }
    Ok(keep_theirs(pair, &row.path, remote, kept, true).await?.map(|side| Some(stored(side))))
}

fn aftermath(
    row: &ConflictRow,
    node: &Node,
    decision: Decided,
    [mine, theirs, merged]: [Option<ContentHash>; 3],
) -> Aftermath {
    let content = |hash: Option<ContentHash>| hash.map_or(Left::Nothing, Left::Content);
    let both = |left: Left| Aftermath { here: left, there: left, copy: None };
    let unchanged = both(Left::AsBefore);
    match (row.kind, decision) {
        (_, Decided::Merged) => both(content(merged)),
        (ConflictKind::Overtaken, Decided::Local) => unchanged,
        (ConflictKind::Overtaken, Decided::Both) => Aftermath { copy: theirs, ..unchanged },
        (_, Decided::Remote | Decided::Both) if node.is_unreadable() => unchanged,
        (_, Decided::Local) | (ConflictKind::EditDelete, Decided::Both) => both(content(mine)),
        (_, Decided::Remote) | (ConflictKind::DeleteEdit, Decided::Both) => both(content(theirs)),
        (_, Decided::Both) => Aftermath { copy: mine, ..both(content(theirs)) },
    }
}

/// What stands in the way of undoing it.
fn obstacle(row: &ConflictRow, node: &Node, after: &Aftermath) -> Option<String> {
    let is_folder = node.local.as_ref().is_some_and(|local| local.stamp.kind == Kind::Folder)
        || node.remote.as_ref().is_some_and(|remote| remote.kind == Kind::Folder);
    match row.kind {
        ConflictKind::FileFolder => Some(
            "one side was a folder, which isn't put back as a whole; what was in it is in the kept store or in the service's history",
        ),
        ConflictKind::MoveMove => {
            Some("both sides had moved it and only its place was decided; move it to the other place instead")
        }
        _ if is_folder => Some("one side was a folder, which isn't put back as a whole"),
        _ if node.is_unreadable() && after.there != Left::AsBefore => {
            Some("the service never gave back what it had there, so it could not be kept")
        }
        _ => None,
    }
    .map(str::to_owned)
}
